import type { Scrubber } from './scrub.ts';
import { shapeOf } from './shape.ts';

/** What is compared of one answer, or of a course of readings. */
export interface Answer {
  /** Absent for a course. */
  status?: number;
  /** Lower-case names; values with everything that differs from run to run replaced. */
  headers?: Record<string, string>;
  /** Of a JSON body: path -> what is there, as types or as words; see `shapeOf`. */
  body?: Record<string, string>;
  /** Of an error envelope, or of a body that is no JSON: its words, scrubbed. */
  text?: string;
  /** For a course: by the name of the observer, the values that were read one after the other. */
  course?: Record<string, string[]>;
}

/** What came back on the wire. */
export interface Wire {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Headers of the connection, and those whose value is the body's or the clock's. */
const counted = new Set(['content-length', 'date']);

/** Makes the answer to a request at a microversion comparable. `words`: also the words, numbers and flags of the body, not their types alone. */
export function answerOf(wire: Wire, scrub: Scrubber, microversion: string, words: boolean): Answer {
  const headers = Object.fromEntries(
    Object.entries(wire.headers)
      .map(([name, value]) => [name, counted.has(name) ? '<any>' : headerOf(name, value, microversion, scrub)] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
  const answer: Answer = { status: wire.status, headers };
  if (wire.body === '') return answer;
  const json = parsed(wire.body);
  if (json === undefined) return { ...answer, text: scrub.text(wire.body) };
  const message = wire.status >= 400 ? messageOf(json) : undefined;
  answer.body = shapeOf(json, scrub, words);
  if (message !== undefined) answer.text = scrub.text(message);
  return answer;
}

/** The microversion that was asked for is the same everywhere but in name. */
function headerOf(name: string, value: string, microversion: string, scrub: Scrubber): string {
  const clean = scrub.text(value);
  return name.endsWith('api-version') && value.split(' ').at(-1) === microversion
    ? clean.replace(microversion, '<microversion>')
    : clean;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The message of an error envelope, or of the framework's own error. */
function messageOf(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const [envelope] = Object.values(json);
  const { message } = (typeof envelope === 'object' && envelope !== null ? envelope : json) as { message?: unknown };
  return typeof message === 'string' ? message : undefined;
}
