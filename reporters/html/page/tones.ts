import type { Sample } from '../../../src/judge/timeline.ts';
import type { CourseFacts } from '../../../src/report/model.ts';
import { printableLine } from '../../../src/report/printable.ts';

const tones = 12;

/** A number from 0 to 11 for each value that observers show, the same in the drawing and in the legal order. */
export function tonesOf(course: CourseFacts | undefined, samples: readonly Sample[]): (shown: string) => number {
  const legal = course?.stages.flatMap(({ shows }) => Object.values(shows).flatMap(values => values ?? [])) ?? [];
  const values = [...new Set([...legal.map(plainValue), ...samples.map(({ shown }) => printableLine(shown))])];
  return shown => Math.max(values.indexOf(plainValue(shown)), 0) % tones;
}

/** A value of a course; placeholders without their braces: `{{free}}` is what the volume was like before. */
export function plainValue(value: string): string {
  return value.replace(/^\{\{(.*)\}\}$/, '$1');
}
