import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../../src/root.ts';
import type { Difference } from './compare.ts';
import { differ } from './differ.ts';
import { differencesDocument } from './document.ts';
import { readKnown } from './known.ts';
import { type Part, parts, playReal } from './play.ts';
import { type Profile, profiles, recordingFile } from './profiles.ts';
import { type Answers, readRecording, writeRecording } from './recording.ts';

interface Options {
  real?: string;
  persona: Record<string, string>;
  record?: boolean;
  document?: boolean;
  only?: Part;
}

/** `npm run differential`: sends one script to a real Nova and to the embedded cloud, or to the latter alone. */
const command = new Command('differential')
  .description('compare the embedded cloud with a real one, or with what real ones answered before')
  .option('--real <cloud>', 'a cloud of clouds.yaml; without it, the recorded answers are compared')
  .option('--persona <name=cloud>', 'further clouds of the same target: reader, other, admin (repeatable)', persona, {})
  .option('--record', 'keep the answers of the real cloud as the recorded ones')
  .option('--only <part>', 'scenes or cases')
  .option('--document', 'write docs/differences.md from differences.yaml, and compare nothing')
  .action(async (options: Options) => {
    if (options.document) return writeFileSync(documentFile, differencesDocument(readKnown()));
    process.exitCode = options.real === undefined ? await replay(options) : await against(options.real, options);
  });

const documentFile = join(packageRoot, 'docs', 'differences.md');

function persona(value: string, before: Record<string, string>): Record<string, string> {
  const [name = '', cloud = name] = value.split('=');
  return { ...before, [name]: cloud };
}

/** Plays a real cloud, then the embedded one in the same release. */
async function against(cloud: string, { only, persona, record }: Options): Promise<number> {
  let code = 0;
  for (const part of only === undefined ? parts : [only]) {
    const real = await playReal(cloud, persona, part);
    const profile = profiles.find(({ max }) => max === real.max);
    if (!profile)
      throw new Error(`no release ends at ${real.max}; known: ${profiles.map(({ max }) => max).join(', ')}`);
    tell(real.problems.map(problem => `${profile.cloud}: ${problem}`));
    if (record) writeRecording(recordingFile(profile, part), real.answers);
    code = Math.max(code, await compared(profile, part, real.answers));
  }
  return code;
}

/** Plays the embedded cloud in each release that was recorded. */
async function replay({ only }: Options): Promise<number> {
  let code = 0;
  for (const profile of profiles) {
    for (const part of only === undefined ? parts : [only]) {
      code = Math.max(code, await compared(profile, part, readRecording(recordingFile(profile, part))));
    }
  }
  return code;
}

/** Prints what differs without a reason; 1 where something does. */
async function compared(profile: Profile, part: Part, real: Answers): Promise<number> {
  const { differences, unexplained, counts, problems } = await differ(profile, part, real);
  tell(problems.map(problem => `embedded: ${problem}`));
  const explained = differences - unexplained.length;
  tell([
    `${profile.cloud}, ${part}: ${real.size} steps, ${differences} differences, ${explained} explained, ${unexplained.length} not`,
  ]);
  tell([...counts].filter(([, count]) => count > 0).map(([id, count]) => `  ${id}: ${count}`));
  tell(groups(unexplained));
  return unexplained.length > 0 ? 1 : 0;
}

/** Differences that are the same in many steps, once. */
function groups(differences: readonly Difference[]): string[] {
  const known = new Map<string, { steps: string[]; difference: Difference }>();
  for (const difference of differences) {
    const { what, real, embedded, step } = difference;
    const key = JSON.stringify([what, real, embedded]);
    const group = known.get(key) ?? { steps: [], difference };
    group.steps.push(step);
    known.set(key, group);
  }
  return [...known.values()].map(({ steps, difference: { what, real, embedded } }) => {
    const more = steps.length > 4 ? ` and ${steps.length - 4} more` : '';
    return `- ${what}\n    real      ${real}\n    embedded  ${embedded}\n    at        ${steps.slice(0, 4).join(', ')}${more}`;
  });
}

function tell(lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

await command.parseAsync();
