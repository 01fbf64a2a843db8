import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { differentialFolder } from './folder.ts';

/** A request of a scene: `METHOD SERVICE PATH`, with `{{placeholders}}`. */
export type Line = string;

/** One step of a scene: a request whose answer is compared, or readings until something is reached. */
export interface Step {
  name: string;
  /** Persona; `member` by default. */
  as?: string;
  do?: Line;
  body?: unknown;
  /** Sent byte for byte instead of `body`. */
  raw?: string;
  headers?: Record<string, string>;
  /** Placeholder -> JSONPath of its value in the answer. */
  save?: Record<string, string>;
  /** Observer -> what it reads: the values at JSONPaths, or the status where it is no success. */
  watch?: Record<string, { get: Line; read: string[]; as?: string }>;
  /** Observer -> the values with which its course ends, joined by blanks. */
  until?: Record<string, string>;
  /** The microversions of a scene at which the step is played. */
  from?: string;
  to?: string;
}

/** A short history on servers and volumes of its own. */
export interface Scene {
  name: string;
  /** Microversions at which it is played: those that the cloud offers, and `latest`. */
  at: string[];
  steps: Step[];
  /** Requests that end what the scene made; their answers are not compared. */
  finally?: (Pick<Step, 'as' | 'body'> & { do: Line })[];
}

const folder = join(differentialFolder, 'scenes');

/** All scenes, by the names of their files. */
export function readScenes(): Scene[] {
  return readdirSync(folder)
    .filter(file => file.endsWith('.yaml'))
    .toSorted()
    .flatMap(file => {
      const scenes = parse(readFileSync(join(folder, file), 'utf8'), { merge: true }) as Record<
        string,
        Omit<Scene, 'name'>
      >;
      // What begins with a dot is shared by the scenes below it.
      return Object.entries(scenes)
        .filter(([name]) => !name.startsWith('.'))
        .map(([name, scene]) => ({ ...scene, name }));
    });
}
