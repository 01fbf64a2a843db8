import { join } from 'node:path';
import { openContext, type RunContext } from '../../suites/context.ts';
import { perform } from '../../suites/perform.ts';
import { Signal } from '../../suites/signal.ts';
import type { Contract } from '../contract/contract.ts';
import type { CaseResult } from '../judge/verdict.ts';
import type { Capabilities } from '../plan/capabilities.ts';
import type { Case } from '../plan/case.ts';

import type { Report } from '../report/model.ts';
import type { Budget } from '../stage/budget.ts';
import type { Choices } from '../stage/choices.ts';
import type { ResolvedTarget } from '../target/resolved.ts';
import { alarmOf } from './alarm.ts';
import { causesOf } from './causes.ts';
import type { Alarm, Outcome } from './outcome.ts';

/** A target that is about to be judged in this thread, without a runner. */
export interface Trial {
  contract: Contract;
  schemas: RunContext['schemas'];
  target: ResolvedTarget;
  capabilities: Capabilities;
  choices: Choices;
  budget: Budget;
  /** Histories at once. */
  lanes: number;
  cases: readonly Case[];
  /** It ends as soon as each of these rules has alarmed; null: all cases are judged. Histories go on for the whole time otherwise. */
  until: readonly string[] | null;
  limitMs: number;
  /** Whether it is to end at once. */
  isStopped: () => boolean;
  /** For the ledger. */
  folder: string;
  /** The rules of the contract and the commands, for what alarms say. */
  report: Report;
}

/** How often it is asked whether to stop, in milliseconds. */
const stopMs = 50;

/** Cases at once, as in a run; fewer where each takes long and the first few tell. */
const takers = { cases: 16, watches: 3, histories: 6 };

/** A rule whose cases could not be judged so often is not asked again: each may have waited for long. */
const enoughErrors = 3;

/** Judges a target; what it makes there is left to whoever started the target. */
export async function runTrial(trial: Trial): Promise<Outcome> {
  const { contract, cases, until, limitMs, target, choices, budget, capabilities, lanes, report } = trial;
  const startedAt = Date.now();
  const signal = Signal.memory();
  const cancel = () => new Signal(signal).stop();
  let cutShort = false;
  const cut = () => {
    cutShort = true;
    cancel();
  };
  const limit = setTimeout(cut, limitMs);
  const watch = setInterval(() => trial.isStopped() && cut(), stopMs);
  const context = openContext(
    {
      cases: [...cases],
      contract: contract.data,
      target,
      judged: ['required', 'advisory', 'informative'],
      runId: 'proof',
      ledgerFile: join(trial.folder, 'ledger.jsonl'),
      volumes: [],
      budget,
      choices,
      histories: { capabilities, lanes, endless: until !== null, maxTimeMs: limitMs },
      signal,
    },
    contract,
    trial.schemas,
  );
  const results = new Map<string, CaseResult>();
  const alarms = new Map<string, Alarm>();
  const isOver = () => cutShort || until?.every(rule => alarms.has(rule));
  const broken = new Map<string, number>();
  /** What a rule says again would tell nothing new. */
  const hasSpoken = (rule: string) =>
    until === null ? alarms.get(rule)?.verdict === 'fail' || (broken.get(rule) ?? 0) >= enoughErrors : alarms.has(rule);
  const judgeOne = async (one: Case) => {
    const result = await perform(context, one);
    if (cutShort) return;
    results.set(one.id, result);
    if (result.verdict === 'error') broken.set(one.rule, (broken.get(one.rule) ?? 0) + 1);
    const known = alarms.get(one.rule);
    // A failure says more than a finding that came before it.
    const isNews = known === undefined || (known.verdict === 'finding' && result.verdict === 'fail');
    const alarm = isNews ? alarmOf(one, result, report, startedAt) : null;
    if (alarm) alarms.set(one.rule, alarm);
    // Histories that are still being played need not come to their end.
    if (until !== null && isOver()) cancel();
  };
  const judgeGroup = async (group: readonly Case[]) => {
    const queue = group.values();
    const take = async () => {
      for (const one of queue) {
        if (isOver()) return;
        if (!hasSpoken(one.rule)) await judgeOne(one);
      }
    };
    await Promise.all(Array.from({ length: takersOf(group, until !== null) }, take));
  };
  try {
    // Histories take the place of everything that leases need.
    const last = cases.toSorted((one, other) => Number('history' in one) - Number('history' in other));
    const suites = [...new Set(last.map(({ suite }) => suite))];
    for (const group of suites.flatMap(suite => context.groupsOf(suite))) await judgeGroup(group);
  } finally {
    clearTimeout(limit);
    clearInterval(watch);
    await context.close();
  }
  const all = [...results.values()];
  const errors = all.filter(({ verdict }) => verdict === 'error');
  return {
    judged: all.filter(({ verdict }) => verdict !== 'skipped').length,
    errors: { count: errors.length, first: errors[0]?.message ?? null },
    alarms: [...alarms.values()],
    ...causesOf({ cases: [...cases], results }),
    durationMs: Date.now() - startedAt,
    cutShort,
  };
}

function takersOf(group: readonly Case[], endsEarly: boolean): number {
  if (!endsEarly) return takers.cases;
  if (group.some(({ history }) => history)) return takers.histories;
  return group.some(({ watch }) => watch) ? takers.watches : takers.cases;
}
