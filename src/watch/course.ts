import type { Course, CourseStage, Observer } from '../contract/async-data.ts';
import type { Sample } from '../judge/timeline.ts';

/** A reading that no way through a course explains. */
export interface Contradiction {
  sample: Sample;
  /** What its observer could have shown there. */
  allowed: string[];
}

/** Where a course may be, and which of the readings under way have not been explained yet. */
interface Place {
  stage: string;
  open: readonly Sample[];
}

/**
 * Whether the readings fit some way through a course: there is a moment for each stage, one after the other, so that every
 * reading shows what a stage allows at some moment of its own window. Exact: a contradiction is proof, however slowly the
 * observers were read. Gives the first reading that cannot be explained, or null.
 */
export function contradiction(course: Course, samples: readonly Sample[]): Contradiction | null {
  const [first = ''] = Object.keys(course.stages);
  let places: Place[] = [{ stage: first, open: [] }];
  for (const { sample, opens } of momentsOf(samples)) {
    if (opens) {
      const opened = places.map(({ stage, open }) => ({ stage, open: [...open, sample] }));
      places = reachable(course, opened);
    } else {
      const explained = places.filter(({ open }) => !open.includes(sample));
      if (explained.length === 0) {
        const allowed = places.flatMap(({ stage }) => valuesOf(course.stages[stage], sample.observer) ?? []);
        return { sample, allowed: [...new Set(allowed)] };
      }
      places = explained;
    }
  }
  return null;
}

/** Whether a stage lets an observer show something. */
export function allows(stage: CourseStage | undefined, observer: string, shown: string): boolean {
  return valuesOf(stage, observer)?.includes(shown) ?? true;
}

function valuesOf(stage: CourseStage | undefined, observer: string): string[] | undefined {
  const values = stage?.shows[observer as Observer];
  return values === undefined ? undefined : [values].flat();
}

/** Beginnings and ends of all readings; at the same instant beginnings first, as windows include their ends. */
function momentsOf(samples: readonly Sample[]): { sample: Sample; at: number; opens: boolean }[] {
  const moments = samples.flatMap(sample => [
    { sample, at: sample.from, opens: true },
    { sample, at: sample.to, opens: false },
  ]);
  return moments.toSorted((one, other) => one.at - other.at || Number(other.opens) - Number(one.opens));
}

/** All places that can be come to at one instant: a stage may be over in no time. */
function reachable(course: Course, places: readonly Place[]): Place[] {
  const found: Place[] = [];
  const queue = [...places];
  for (let place = queue.shift(); place !== undefined; place = queue.shift()) {
    const stage = course.stages[place.stage];
    const open = place.open.filter(({ observer, shown }) => !allows(stage, observer, shown));
    const known = found.some(other => other.stage === place.stage && other.open.every(sample => open.includes(sample)));
    if (known) continue;
    found.push({ stage: place.stage, open });
    for (const next of followers(course, place.stage)) queue.push({ stage: next, open });
  }
  return found;
}

function followers({ stages }: Course, name: string): string[] {
  const names = Object.keys(stages);
  const following = names[names.indexOf(name) + 1];
  return stages[name]?.then ?? (following === undefined ? [] : [following]);
}
