import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { failureOf } from '../../src/cli/failure.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import { unknownName } from '../../src/plan/selection.ts';
import { packageRoot } from '../../src/root.ts';
import type { Difference } from './compare.ts';
import { differ } from './differ.ts';
import { differencesDocument } from './document.ts';
import { readKnown } from './known.ts';
import { type Part, parts, playReal } from './play.ts';
import { type Profile, profiles, recordingFile } from './profiles.ts';
import { type Answers, readRecording, writeRecording } from './recording.ts';
import { readScenes } from './scene.ts';

interface Options {
  real?: string;
  persona: Record<string, string>;
  record?: boolean;
  document?: boolean;
  only?: Part;
  scene: string[];
}

/** `npm run differential`: sends one script to a real Nova and to the embedded cloud, or to the latter alone. */
const command = new Command('differential')
  .description('compare the embedded cloud with a real one, or with what real ones answered before')
  .option('--real <cloud>', 'a cloud of clouds.yaml; without it, the recorded answers are compared')
  .option('--persona <name=cloud>', 'further clouds of the same target: reader, other, admin (repeatable)', persona, {})
  .option('--record', 'keep the answers of the real cloud as the recorded ones')
  .addOption(new Option('--only <part>', 'this part of the script').choices(parts))
  .addOption(new Option('--scene <name>', 'these scenes alone (repeatable)').default([], 'all').argParser(oneMore))
  .option('--document', 'write docs/differences.md from differences.yaml, and compare nothing')
  .action(async (options: Options) => {
    checkScenes(options.scene);
    if (options.document) return writeFileSync(documentFile, differencesDocument(readKnown()));
    process.exitCode = options.real === undefined ? await replay(options) : await against(options.real, options);
  });

/** A misspelt scene would compare nothing. */
function checkScenes(wanted: readonly string[]): void {
  const known = readScenes().map(({ name }) => name);
  const unknown = wanted.find(name => !known.includes(name));
  if (unknown !== undefined) throw new UsageError(unknownName('--scene', unknown, known));
}

const documentFile = join(packageRoot, 'docs', 'differences.md');

function oneMore(value: string, before: string[]): string[] {
  return [...before, value];
}

function persona(value: string, before: Record<string, string>): Record<string, string> {
  const [name = '', cloud = name] = value.split('=');
  return { ...before, [name]: cloud };
}

function partsOf({ only, scene }: Options): readonly Part[] {
  if (scene.length > 0) return ['scenes'];
  return only === undefined ? parts : [only];
}

function wantedBy({ scene }: Options): (name: string) => boolean {
  return name => scene.length === 0 || scene.includes(name);
}

/** Plays a real cloud, then the embedded one in the same release. */
async function against(cloud: string, options: Options): Promise<number> {
  let code = 0;
  for (const part of partsOf(options)) {
    const real = await playReal(cloud, options.persona, part, wantedBy(options));
    const profile = profiles.find(({ max }) => max === real.max);
    if (!profile)
      throw new Error(`no release ends at ${real.max}; known: ${profiles.map(({ max }) => max).join(', ')}`);
    tell(real.problems.map(problem => `${profile.cloud}: ${problem}`));
    if (options.record) record(profile, part, real.answers, options);
    code = Math.max(code, await compared(profile, part, real.answers, options));
  }
  return code;
}

/** Keeps the answers; scenes that were not played stay as they were recorded. */
function record(profile: Profile, part: Part, answers: Answers, options: Options): void {
  const file = recordingFile(profile, part);
  const kept =
    options.scene.length === 0 ? [] : [...readRecording(file)].filter(([step]) => !wantedBy(options)(sceneOf(step)));
  writeRecording(file, new Map([...kept, ...answers]));
}

/** The scene of a step, `SCENE@MICROVERSION: STEP`. */
function sceneOf(step: string): string {
  return step.replace(/@.*$/s, '');
}

/** Plays the embedded cloud in each release that was recorded. */
async function replay(options: Options): Promise<number> {
  let code = 0;
  for (const profile of profiles) {
    for (const part of partsOf(options)) {
      const all = readRecording(recordingFile(profile, part));
      const real = new Map([...all].filter(([step]) => part === 'cases' || wantedBy(options)(sceneOf(step))));
      code = Math.max(code, await compared(profile, part, real, options));
    }
  }
  return code;
}

/** Prints what differs without a reason; 1 where something does. */
async function compared(profile: Profile, part: Part, real: Answers, options: Options): Promise<number> {
  const { differences, unexplained, counts, problems } = await differ(profile, part, real, wantedBy(options));
  tell(problems.map(problem => `embedded: ${problem}`));
  const explained = differences - unexplained.length;
  tell([
    `${profile.cloud}, ${part}: ${real.size} steps, ${differences} differences, ${explained} explained, ${unexplained.length} not`,
  ]);
  tell([...counts].filter(([, count]) => count > 0).map(([id, count]) => `  ${id}: ${count}`));
  tell(groups(unexplained));
  return unexplained.length + problems.length > 0 ? 1 : 0;
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

try {
  await command.parseAsync();
} catch (error) {
  const { message, exitCode } = failureOf(error);
  process.stderr.write(`differential: ${message}\n`);
  process.exitCode = exitCode;
}
