import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloudOptions } from '../../cloud/cloud.ts';
import { startEmbedded } from '../../src/cli/embedded.ts';
import { type OpenTarget, openTarget } from '../../src/cli/open-target.ts';
import { loadContract } from '../../src/contract/load.ts';
import type { TargetSettings } from '../../src/target/settings.ts';
import type { Answer } from './answer.ts';
import { askerFor } from './asker.ts';
import { playCases } from './play-cases.ts';
import { playScenes, type Wanted } from './play-scenes.ts';
import { readScenes } from './scene.ts';
import { scrubberFor } from './scrub.ts';

/** The two parts of the script. */
export const parts = ['scenes', 'cases'] as const;

/** One of them. */
export type Part = (typeof parts)[number];

/** What a cloud answered to a part, and what could not be asked or put away. */
export interface Played {
  answers: Map<string, Answer>;
  /** The newest microversion that it offers. */
  max: string;
  problems: string[];
}

const limits = { timeoutMs: 60_000, maxBodyBytes: 4 * 1024 * 1024, concurrency: 16 };

/** Milliseconds of a step of the embedded cloud: slow enough for scenes to see each state. */
const delays = { scenes: 30, cases: 2 };

/** Scenes of an embedded cloud that are played at once; on a real one, they would make each other slow. */
const scenesTogether = 8;

/** Plays a part on a cloud of clouds.yaml. */
export async function playReal(
  osCloud: string,
  personas: Record<string, string>,
  part: Part,
  wanted: Wanted,
): Promise<Played> {
  const folder = await mkdtemp(join(tmpdir(), 'novaspec-differential-'));
  try {
    return await play({ ...limits, osCloud, personas }, process.env, folder, part, 1, wanted);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Plays a part on an embedded cloud, slower than usual by a factor. */
export async function playEmbedded(options: CloudOptions, part: Part, wanted: Wanted, slower = 1): Promise<Played> {
  const delay = delays[part] * slower;
  const embedded = await startEmbedded({ ...limits, personas: {} }, { delay, ...options });
  try {
    return await play(embedded.settings, embedded.env, embedded.folder, part, scenesTogether, wanted);
  } finally {
    await embedded.stop();
  }
}

async function play(
  settings: TargetSettings,
  env: NodeJS.ProcessEnv,
  folder: string,
  part: Part,
  together: number,
  wanted: Wanted,
): Promise<Played> {
  const contract = loadContract();
  const open = await openTarget(contract, settings, env, folder, []);
  const asker = askerFor(open.target);
  const scrub = scrubberFor(asker.services, wordsOf(open));
  const { max } = open.capabilities.microversions;
  try {
    if (part === 'cases') return { max, ...(await playCases(contract, open, scrub, folder, wanted)) };
    return { max, ...(await playScenes(readScenes(), asker, scrub, valuesFor(open), max, together, wanted)) };
  } finally {
    await asker.close();
    await open.sessions.close();
  }
}

/** Values that scenes begin with. */
function valuesFor({ target, choices }: OpenTarget): Record<string, string> {
  const { member, admin } = target.personas;
  // Password, or whatever else the persona signs in with.
  const [password = ''] = member?.secrets ?? [];
  return {
    token: member?.token ?? '',
    password,
    image: choices.image?.id ?? '',
    image_name: choices.image?.name ?? '',
    flavor: choices.flavor?.id ?? '',
    resize_flavor: choices.resizeFlavor?.id ?? '',
    project: member?.projectId ?? '',
    admin_project: admin?.projectId ?? '',
    user: member?.userId ?? '',
    unknown: '0d9b2f4e-3c71-4a58-9e06-7b1f5c8a2d43',
  };
}

/** Words that each cloud has its own of. */
function wordsOf({ choices }: OpenTarget): Record<string, string> {
  return {
    [choices.image?.name ?? '']: '<image>',
    [choices.flavor?.name ?? '']: '<flavor>',
    [choices.resizeFlavor?.name ?? '']: '<flavor>',
  };
}
