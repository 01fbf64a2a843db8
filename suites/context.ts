import { BroadcastChannel } from 'node:worker_threads';
import { Contract, type ContractData } from '../src/contract/contract.ts';
import type { Level } from '../src/contract/rule.ts';
import { Schemas } from '../src/contract/schemas.ts';
import { type Recorder, stagePage } from '../src/evidence/recorder.ts';
import { openShared, type SharedRecord } from '../src/evidence/run-record.ts';
import type { Capabilities } from '../src/plan/capabilities.ts';
import type { Case } from '../src/plan/case.ts';
import { scenarioKey } from '../src/plan/scenario-key.ts';
import { visitingOrder } from '../src/plan/visiting-order.ts';
import type { Budget } from '../src/stage/budget.ts';
import type { Choices } from '../src/stage/choices.ts';
import { Stage } from '../src/stage/stage.ts';
import { Gate } from '../src/target/gate.ts';
import { Rate } from '../src/target/rate.ts';
import type { ResolvedTarget } from '../src/target/resolved.ts';
import { sentSoFar } from '../src/target/sent.ts';
import { openSessions } from '../src/target/session.ts';
import type { PlayedStep } from '../src/watch/played.ts';
import { Watcher } from '../src/watch/watcher.ts';
import { type HistoryContext, openHistories } from './history-context.ts';
import { Signal } from './signal.ts';

/** What the command line hands to the worker; structured-cloneable. */
export interface RunSettings {
  cases: Case[];
  contract: ContractData;
  target: ResolvedTarget;
  /** Levels whose deviations fail a case. */
  judged: Level[];
  runId: string;
  ledgerFile: string;
  volumes: string[];
  /** Servers at once, at most. */
  budget: Budget;
  choices: Choices;
  /** What the stage counts. */
  counts?: SharedArrayBuffer;
  /** Readings of watches a second, in all; infinite without it. */
  pollRate?: number;
  /** Whether results keep the exchanges of cases that passed too. */
  keepsExchanges?: boolean;
  /** What exchanges are added to; nothing without it. */
  record?: SharedRecord;
  /** What cases about histories need beside it. */
  histories: HistorySettings;
  /** How the run goes on: see `Signal`. */
  signal: SharedArrayBuffer;
  /** No case is begun once so many requests were sent; infinite without it. */
  maxRequests?: number;
}

/** How histories are played, and when no more of them are begun. */
export interface HistorySettings {
  capabilities: Capabilities;
  /** At once, each with servers of its own. */
  lanes: number;
  /** Whether each case goes on with further histories until the budget is used up. */
  endless: boolean;
  maxTimeMs?: number;
}

/** What all cases of a run share. */
export interface RunContext {
  contract: Contract;
  schemas: (microversion: string) => Schemas;
  stage: Pick<Stage, 'api' | 'lease'>;
  judged: readonly Level[];
  keepsExchanges: boolean;
  /** Where exchanges are noted; null: nowhere. */
  recorder: Recorder | null;
  watcher: Watcher;
  /** Scenarios that were played, or are being played, by name and microversion. */
  played: Map<string, Promise<PlayedStep[]>>;
  /** Lets only so many requests be watched at once that each can be watched closely. */
  watching: Gate;
  /** What cases about histories share; made with the first of them. */
  histories: () => Promise<HistoryContext>;
  /** The cases of a suite, in groups that run one after the other. */
  groupsOf(suite: string): Case[][];
  /** Whether no case may be begun any more. */
  isEnding(): boolean;
  /** Whether cases that are going on must end. */
  isCancelled(): boolean;
  /** Ends its connections. */
  close(): Promise<void>;
}

/** Readings a second without which a watch sees too little. */
const readingsEach = 10;

/** The schemas of each class of microversions, compiled when they are first asked for. */
export function schemasOf(contract: Contract): RunContext['schemas'] {
  const compiled = new Map<string, Schemas>();
  return microversion => {
    const from = contract.classOf(microversion);
    const known = compiled.get(from) ?? new Schemas(contract.documentAt(from));
    compiled.set(from, known);
    return known;
  };
}

/** Opens what the cases need, with a runner or without one. The contract and its schemas may be those of an earlier run. */
export function openContext(
  settings: RunSettings,
  contract: Contract = new Contract(settings.contract),
  schemas: RunContext['schemas'] = schemasOf(contract),
): RunContext {
  const { target, budget, choices, runId, ledgerFile, volumes } = settings;
  const channel = new BroadcastChannel(`novaspec-${runId}`);
  channel.unref();
  const signal = new Signal(settings.signal);
  const { maxRequests = Number.POSITIVE_INFINITY } = settings;
  const isCancelled = () => signal.stops;
  const isEnding = () => signal.ends || sentSoFar(target.http.sent) >= maxRequests;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel between threads has no origin
  const onPhase = (text: string) => channel.postMessage(text);
  const sessions = openSessions(target);
  const recorder = settings.record ? openShared(settings.record) : null;
  const scope = recorder?.scope(stagePage) ?? null;
  if (scope) recorder?.page(scope);
  const stage = new Stage(contract, target, sessions, {
    runId,
    ledgerFile,
    volumes,
    cases: needingLeases(settings.cases),
    ...(settings.counts === undefined ? {} : { counts: settings.counts }),
    budget,
    choices,
    isCancelled,
    onPhase,
    scope,
  });
  let histories: Promise<HistoryContext> | undefined;
  const { pollRate = Number.POSITIVE_INFINITY } = settings;
  return {
    contract,
    stage,
    watcher: new Watcher(new Rate(pollRate)),
    played: new Map(),
    watching: new Gate(Math.max(1, Math.min(settings.cases.length, Math.floor(pollRate / readingsEach)))),
    judged: settings.judged,
    keepsExchanges: settings.keepsExchanges === true,
    recorder,
    schemas,
    histories: () => {
      histories ??= openHistories(settings, { contract, stage, schemas, recorder, isCancelled, onPhase });
      return histories;
    },
    groupsOf: suite => {
      const own = settings.cases.filter(one => one.suite === suite);
      const players = new Set(needingLeases(own));
      // What takes its time whatever the cloud does had better begin first.
      const first = [...players].toSorted(
        (one, other) => Number(isLong(contract, other)) - Number(isLong(contract, one)),
      );
      const ordered = visitingOrder(first, contract.data.stage, budget.walkers);
      // Nobody need wait for a scenario that another case is about to play.
      return [...ordered, own.filter(one => !players.has(one))];
    },
    isEnding,
    isCancelled,
    close: () => {
      channel.close();
      recorder?.close();
      return sessions.close();
    },
  };
}

/** Scenarios are played once, for whichever of their cases comes first. */
function needingLeases(cases: readonly Case[]): Case[] {
  const seen = new Set<string>();
  return cases.filter(one => {
    if (one.history) return false;
    if (!one.watch) return true;
    const key = scenarioKey(one);
    return !seen.has(key) && !one.skip && seen.add(key);
  });
}

/** Whether a scenario watches that something does not happen. */
function isLong(contract: Contract, { watch }: Case): boolean {
  const { scenarios, courses } = contract.data.async;
  const steps = scenarios[watch?.scenario ?? '']?.steps ?? [];
  return steps.some(
    step => !('enter' in step) && step.watch?.some(({ course }) => courses[course]?.lasts !== undefined),
  );
}
