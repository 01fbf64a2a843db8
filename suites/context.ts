import { BroadcastChannel } from 'node:worker_threads';
import { inject } from 'vitest';
import { Contract, type ContractData } from '../src/contract/contract.ts';
import type { Level } from '../src/contract/rule.ts';
import { Schemas } from '../src/contract/schemas.ts';
import type { Case } from '../src/plan/case.ts';
import { visitingOrder } from '../src/plan/visiting-order.ts';
import type { Budget } from '../src/stage/budget.ts';
import type { Choices } from '../src/stage/choices.ts';
import { Stage } from '../src/stage/stage.ts';
import type { ResolvedTarget } from '../src/target/resolved.ts';
import { openSessions } from '../src/target/session.ts';

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
  /** Set to 1 when the run is to end early. */
  cancelled: SharedArrayBuffer;
}

declare module 'vitest' {
  export interface ProvidedContext {
    novaspec: RunSettings;
  }
}

/** What all cases of a run share. */
export interface RunContext {
  contract: Contract;
  schemas: (microversion: string) => Schemas;
  stage: Stage;
  judged: readonly Level[];
  /** The cases of a suite, in groups that run one after the other. */
  groupsOf(suite: string): Case[][];
  isCancelled(): boolean;
}

let context: RunContext | undefined;

/** The run's context; made once, as all suites run in one worker without isolation. */
export function runContext(): RunContext {
  context ??= openContext(inject('novaspec'));
  return context;
}

/** Opens what the cases need; outside of vitest too. */
export function openContext(settings: RunSettings): RunContext {
  const { target, budget, choices, runId, ledgerFile, volumes } = settings;
  const contract = new Contract(settings.contract);
  const channel = new BroadcastChannel(`novaspec-${runId}`);
  channel.unref();
  const flag = new Int32Array(settings.cancelled);
  const isCancelled = () => Atomics.load(flag, 0) !== 0;
  const stage = new Stage(contract, target, openSessions(target), {
    runId,
    ledgerFile,
    volumes,
    cases: settings.cases,
    ...(settings.counts === undefined ? {} : { counts: settings.counts }),
    budget,
    choices,
    isCancelled,
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel between threads has no origin
    onPhase: text => channel.postMessage(text),
  });
  const compiled = new Map<string, Schemas>();
  return {
    contract,
    stage,
    judged: settings.judged,
    schemas: microversion => {
      const from = contract.classOf(microversion);
      const known = compiled.get(from) ?? new Schemas(contract.documentAt(from));
      compiled.set(from, known);
      return known;
    },
    groupsOf: suite =>
      visitingOrder(
        settings.cases.filter(one => one.suite === suite),
        contract.data.stage,
        budget.walkers,
      ),
    isCancelled,
  };
}
