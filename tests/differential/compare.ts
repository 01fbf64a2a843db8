import type { Answer } from './answer.ts';
import type { Part } from './play.ts';
import type { Answers } from './recording.ts';

/** One thing in which two clouds are not alike. */
export interface Difference {
  /** Name of the step. */
  step: string;
  /** `status`, `header NAME`, `body PATH`, `text`, `course OBSERVER`, or `not asked` where the embedded cloud could not be asked. */
  what: string;
  real: string;
  embedded: string;
}

const absent = 'absent';

/** All differences between what a real cloud and the embedded one answered to the same part of the script. */
export function compare(real: Answers, embedded: Answers, part: Part): Difference[] {
  const seen = part === 'cases' ? placesOf(real) : undefined;
  return [...real].flatMap(([step, answer]) => compareStep(step, answer, embedded.get(step), seen));
}

/** What the real cloud showed at each status and path, in whichever case: cases borrow servers that others had before. */
type Places = ReadonlyMap<string, ReadonlySet<string>>;

function placesOf(answers: Answers): Places {
  const places = new Map<string, Set<string>>();
  for (const { status, body = {} } of answers.values()) {
    for (const [path, tokens] of Object.entries(body)) {
      const place = `${status} ${path}`;
      places.set(place, new Set([...(places.get(place) ?? []), ...tokens.split('|')]));
    }
  }
  return places;
}

function compareStep(step: string, real: Answer, embedded: Answer | undefined, seen?: Places): Difference[] {
  if (!embedded) return [{ step, what: 'not asked', real: String(real.status), embedded: absent }];
  const differences: Difference[] = [];
  const note = (what: string, one: string | undefined, other: string | undefined) => {
    if (one !== other) differences.push({ step, what, real: one ?? absent, embedded: other ?? absent });
  };
  note('status', real.status?.toString(), embedded.status?.toString());
  // The rest of an answer of another kind is another too.
  if (differences.length > 0) return differences;
  for (const name of union(real.headers, embedded.headers)) {
    note(`header ${name}`, real.headers?.[name], embedded.headers?.[name]);
  }
  for (const path of union(real.body, embedded.body)) {
    const [one, other] = [real.body?.[path], embedded.body?.[path]];
    if (one === other || (seen && isUsual(path, real, embedded, seen))) continue;
    note(`body ${path}`, one, other);
  }
  note('text', real.text, embedded.text);
  for (const observer of union(real.course, embedded.course)) {
    const [one, other] = [real.course?.[observer], embedded.course?.[observer]];
    if (!one || !other || !isWithin(one, other)) note(`course ${observer}`, one?.join(' > '), other?.join(' > '));
  }
  return differences;
}

function union(one: object = {}, other: object = {}): Set<string> {
  return new Set([...Object.keys(one), ...Object.keys(other)]);
}

/** Whether a place of the body differs only as it does between two readings of the real cloud. */
function isUsual(path: string, real: Answer, embedded: Answer, seen: Places): boolean {
  const ours = embedded.body?.[path];
  // Of a list without items, nobody can tell what they are like.
  const isUnknown = (answer: Answer) =>
    Object.entries(answer.body ?? {}).some(([list, token]) => token === 'empty' && path.startsWith(`${list}[]`));
  if (ours === undefined) return isUnknown(embedded);
  if (real.body?.[path] === undefined && !isUnknown(real)) return false;
  const known = seen.get(`${real.status} ${path}`);
  return known !== undefined && ours.split('|').every(token => known.has(token));
}

/** Whether a course was seen by somebody who may have missed something: readings of a real cloud take their time. */
function isWithin(seen: readonly string[], whole: readonly string[]): boolean {
  let next = 0;
  for (const value of seen) {
    const found = whole.indexOf(value, next);
    if (found < 0) return false;
    next = found + 1;
  }
  return seen.at(-1) === whole.at(-1);
}
