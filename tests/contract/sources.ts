import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { compareMicroversions } from '../../src/contract/microversion.ts';
import { packageRoot } from '../../src/root.ts';

/** One action of an OpenAPI Overlay. */
export interface Action {
  target: string;
  update?: unknown;
  remove?: true;
}

/** One overlay of specs/, as it is written. */
export interface Overlay {
  from: string;
  file: string;
  content: { overlay: string; info: { title: string; version: string }; actions: Action[] };
}

const folder = join(packageRoot, 'specs', 'os-volume_attachments');

/** A YAML file of specs/, parsed. */
export function readSpec(file: string): unknown {
  return parse(readFileSync(join(packageRoot, 'specs', file), 'utf8'));
}

/** The base document, as it is written; a new object each time. */
export function baseDocument(): unknown {
  return readSpec('os-volume_attachments/v2.1.yaml');
}

/** The overlays, oldest first. */
export function overlays(): Overlay[] {
  return readdirSync(folder)
    .flatMap(file => {
      const from = /^v(\d+\.\d+)\.yaml$/.exec(file)?.[1];
      if (from === undefined || from === '2.1') return [];
      return [{ from, file, content: readSpec(`os-volume_attachments/${file}`) as Overlay['content'] }];
    })
    .toSorted((a, b) => compareMicroversions(a.from, b.from));
}
