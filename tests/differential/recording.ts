import { readFileSync, writeFileSync } from 'node:fs';
import type { Answer } from './answer.ts';

/** What a cloud answered: by the id of a case of the plan, or by `SCENE@MICROVERSION: STEP`. */
export type Answers = ReadonlyMap<string, Answer>;

/** The same on disk: most answers come many times. */
interface RecordingFile {
  answers: Answer[];
  steps: Record<string, number>;
}

/** Writes what a cloud answered, an answer and a step a line. */
export function writeRecording(file: string, answers: Answers): void {
  const numbers = new Map<string, number>();
  const steps = [...answers]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, answer]) => {
      const text = JSON.stringify(answer);
      const number = numbers.get(text) ?? numbers.size;
      numbers.set(text, number);
      return `${JSON.stringify(name)}:${number}`;
    });
  writeFileSync(file, `{"answers":[\n${[...numbers.keys()].join(',\n')}\n],"steps":{\n${steps.join(',\n')}\n}}\n`);
}

/** Reads what `writeRecording` wrote. */
export function readRecording(file: string): Answers {
  const { answers, steps } = JSON.parse(readFileSync(file, 'utf8')) as RecordingFile;
  return new Map(Object.entries(steps).map(([name, number]) => [name, answers[number] ?? {}]));
}
