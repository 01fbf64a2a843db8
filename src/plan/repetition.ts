import type { Case } from './case.ts';

/** The cases of a plan, each so many times: all of them, then all of them again. What is skipped is skipped once. */
export function repeated(cases: readonly Case[], times: number): Case[] {
  const again = cases.filter(({ skip }) => !skip);
  const rounds = Array.from({ length: times - 1 }, (_, index) => again.map(one => ({ ...one, repetition: index + 2 })));
  return [...cases, ...rounds.flat()];
}

/** What one repetition of something is called: `ID`, `ID#2` ... */
export function repetitionName(id: string, repetition?: number): string {
  return repetition === undefined ? id : `${id}#${repetition}`;
}
