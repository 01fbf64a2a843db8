import * as fc from 'fast-check';
import type { HistoryFacts } from '../evidence/facts.ts';
import type { Recorder } from '../evidence/recorder.ts';
import type { Scope } from '../evidence/scope.ts';
import type { HistoryFailure, HistoryStep } from '../judge/verdict.ts';
import type { Command } from '../model/command.ts';
import { type Coverage, cover } from '../model/coverage.ts';
import { ShorterHistories } from '../model/shrink.ts';
import type { History } from '../model/walk.ts';
import type { Failure, Played } from './played.ts';
import { Player } from './player.ts';
import { type PlayContext, Scene } from './scene.ts';
import type { Venue } from './venue.ts';

/** What came of a generated history. */
export interface Hunted {
  played: Played;
  /** What is to be reported; null where all was well. */
  failure: {
    failure: Failure;
    history: Omit<HistoryFailure, 'rule' | 'sentence' | 'source' | 'microversions' | 'retold'>;
  } | null;
}

/** What a hunt works with. */
export interface HuntContext extends PlayContext {
  venue: Venue;
  /** Where exchanges are noted; null: nowhere. */
  recorder: Recorder | null;
  isCancelled: () => boolean;
  /** Told what is being done. */
  onPhase: (text: string) => void;
}

/** Plays a history on new servers; one that fails is played again, shorter and shorter, as long as it fails the same way. */
export async function hunt(context: HuntContext, history: History, seed: number, name: string): Promise<Hunted> {
  const played = await playOnce(context, history, name);
  if (!played.failure) return { played, failure: null };
  return { played, failure: await shorten(context, history, played, seed, name) };
}

/** Plays a history on servers and volumes of its own. @throws StageError when the cloud cannot go on */
export function playOnce(
  context: HuntContext,
  { mode, commands }: History,
  caseId: string,
  isAttempt = false,
): Promise<Played> {
  const { servers } = context.model.start();
  const script = { case: caseId, mode, commands, together: 0, isAttempt };
  return onStage(context, servers.length, script, scene => new Player(scene, mode).play(commands));
}

/** What is played, and for which case. */
export type Script = Pick<HistoryFacts<Command>, 'case' | 'mode' | 'commands' | 'together' | 'isAttempt'>;

/** Plays something on so many new servers, and the volumes that every history begins with. */
export async function onStage(
  context: HuntContext,
  servers: number,
  script: Script,
  playing: (scene: Scene) => Promise<void>,
): Promise<Played> {
  const kinds = context.model.start().volumes.map(({ kind }) => kind);
  const place = await context.venue.open(servers, kinds);
  const scope = context.recorder?.nextScope(script.case) ?? null;
  const devices: string[] = [];
  const nextDevice = () => {
    const device = context.nextDevice();
    devices.push(device);
    return device;
  };
  const { values } = context;
  const experience = context.experience.fork();
  const known = { values, unreachable: Object.fromEntries(experience.unreachable), keepsSome: experience.keepsSome };
  const scene = new Scene({ ...context, api: context.api.within(scope), experience, nextDevice }, place);
  try {
    return await scene.judged(() => playing(scene));
  } finally {
    context.experience.learn(experience);
    if (scope) context.recorder?.page(scope, factsOf(script, scene, { ...known, devices }, scope));
    await place.close();
  }
}

function factsOf(
  script: Script,
  { place, unknownId, context: { restLimit } }: Scene,
  known: Pick<HistoryFacts, 'values' | 'unreachable' | 'keepsSome' | 'devices'>,
  { waits }: Scope,
): HistoryFacts<Command> {
  const { servers, volumes } = place;
  return { kind: 'history', ...script, servers, volumes, unknownId, ...known, restLimit: restLimit ?? null, waits };
}

/** The commands of a history as a report tells them. */
export function stepsOf({ commands }: Played): HistoryStep[] {
  return commands.map(({ text, expected, received, exchange, reading }) => ({
    text,
    expected,
    received,
    ...(exchange ? { exchange } : {}),
    ...(reading ? { reading } : {}),
  }));
}

/** Adds what a history went through to a coverage. */
export function coverPlayed({ model }: PlayContext, coverage: Coverage, played: Played): void {
  let world = model.start();
  for (const { command } of played.commands) {
    if (!model.isPossible(world, command)) continue;
    cover(model, coverage, world, command);
    world = model.after(world, command);
  }
}

async function shorten(
  context: HuntContext,
  { mode, commands }: History,
  first: Played,
  seed: number,
  name: string,
): Promise<Hunted['failure']> {
  const { model, api, experience } = context;
  const { shrinking } = model.contract.data.histories;
  const wanted = first.failure?.rule;
  const spent = { attempts: 0, requests: 0 };
  const startedAt = Date.now();
  let shortest = first;
  let confirmed = false;
  context.onPhase(
    `${name} failed: looking for the shortest history (at most ${shrinking.requests} requests, ${shrinking.seconds} s)`,
  );
  // What comes to rest at all does so in about the time that everything else took.
  const rest = Math.max(api.data.limits.absence, (3 * experience.longestRestMs) / 1000);
  const attempt = { ...context, restLimit: rest };
  const whole = { mode, commands: first.commands.map(({ command }) => command) };
  const property = fc.asyncProperty(new ShorterHistories(model, whole), async history => {
    const isOver = spent.requests >= shrinking.requests || Date.now() - startedAt > shrinking.seconds * 1000;
    if (isOver || context.isCancelled()) return;
    spent.attempts += 1;
    const played = await playOnce(attempt, history, name, true).catch(() => null);
    spent.requests += played?.requests ?? 0;
    if (!played || played.failure?.rule !== wanted) return;
    confirmed = true;
    shortest = played;
    throw new Error(wanted);
  });
  const found = await fc.check(property, { numRuns: 1, seed });
  const { failure } = shortest;
  if (!failure) return null;
  return {
    failure,
    history: {
      mode,
      seed,
      path: found.counterexamplePath,
      at: failure.at,
      from: commands.length,
      ...spent,
      durationMs: Date.now() - startedAt,
      confirmed,
      plan: shortest.commands.map(({ command }) => command),
      steps: stepsOf(shortest),
      servers: shortest.servers,
      volumes: shortest.volumes,
    },
  };
}
