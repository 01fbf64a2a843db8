import { createHash } from 'node:crypto';
import { type CloudOptions, releases } from '../../cloud/cloud.ts';
import { schemasOf } from '../../suites/context.ts';
import { Signal } from '../../suites/signal.ts';
import type { Contract } from '../contract/contract.ts';
import { loadContract } from '../contract/load.ts';
import { compareMicroversions } from '../contract/microversion.ts';
import type { Case } from '../plan/case.ts';
import { makePlan } from '../plan/plan.ts';
import type { Outcome } from '../prove/outcome.ts';
import { runTrial, type Trial } from '../prove/trial.ts';
import { casesAt, casesOfRules } from '../prove/trial-cases.ts';
import type { Report } from '../report/model.ts';
import { lanesFor, shareOut } from '../stage/budget.ts';
import { limitWaits } from '../stage/wait-limits.ts';
import { startEmbedded } from './embedded.ts';
import { type OpenTarget, openTarget } from './open-target.ts';
import type { GoodJob, GoodOutcome, MutantJob, MutantOutcome, ProveOrder } from './prove-jobs.ts';
import { emptyReport, rulesOf } from './run-report.ts';

/** Seconds: an age for an embedded cloud that is at work, and short for one whose mistake is that something never happens. */
const patience = { mutant: 3, whole: 8, good: 60 };

/** What a busy machine may take long for and no mistake keeps from happening, and what no mistake shows later than. */
const mutantLimits = { server_build: 60, server_state: 5, volume_create: 60, absence: 1, standstill: 0.5 };

/** After that long a judgement is ended. */
const limitMs = { mutant: 60_000, whole: 300_000, good: 900_000 };

/** Generated histories of a judgement by every rule: one in four overlaps. */
const wholeHistories = 4;

/** Microversions of a run on a good cloud that is not judged by the whole plan. */
const goodMicroversions = 1;

/** The contract with waits of its own; histories that fail are not made shorter. */
function contractWith(seconds: number, limits: Partial<Contract['data']['stage']['limits']>): Contract {
  const contract = loadContract();
  limitWaits(contract.data.stage.limits, seconds);
  Object.assign(contract.data.stage.limits, limits);
  contract.data.histories.shrinking = { requests: 0, seconds: 0 };
  return contract;
}

const contracts = {
  mutant: contractWith(patience.mutant, mutantLimits),
  whole: contractWith(patience.whole, mutantLimits),
  good: contractWith(patience.good, {}),
};
const schemas = schemasOf(contracts.mutant);

/** The plan of everything for a target, and what its alarms say beside their case. */
interface Everything {
  cases: Case[];
  report: Report;
}

/** Some of the microversions of a plan, for a target that ends at `max`. */
type PartOf = (all: string[], max: string) => string[];

const plans = new Map<string, Everything>();

/** Starts a cloud, judges it and stops it; called in a thread of its own. */
export function prove({ job, signal: memory }: ProveOrder): Promise<MutantOutcome | GoodOutcome> {
  const signal = new Signal(memory);
  return 'fault' in job ? proveMutant(job, signal) : judgeGood(job, signal);
}

async function proveMutant(
  { fault, breaks, whole, thorough, seed }: MutantJob,
  signal: Signal,
): Promise<MutantOutcome> {
  const outcome: MutantOutcome = { attempts: [], whole: null };
  const [oldest, newest] = [releases[0], releases.at(-1)];
  // What a newer release checks before, an older one lets through to the mistake.
  for (const release of [newest, oldest]) {
    const missing = breaks.filter(rule => !outcome.attempts.some(attempt => hasAlarm(attempt, rule)));
    if (missing.length === 0 || release === undefined || signal.stops) break;
    const rules = new Set(missing);
    const cloud = { faults: [fault], release, delay: delayFor(missing) };
    const attempt = await judge(cloud, 'mutant', seed, signal, ({ cases }) => ({
      cases: thorough ? cases.filter(({ rule }) => rules.has(rule)) : casesOfRules(cases, rules),
      until: missing,
      limitMs: limitMs.mutant,
    }));
    outcome.attempts.push({ release, ...attempt });
  }
  const caught = outcome.attempts.findLast(({ alarms }) => alarms.length > 0);
  if (whole && !signal.stops) {
    const release = releases.find(name => name === caught?.release) ?? newest;
    const seen = caught?.alarms.map(alarm => alarm.case.replace(/^.*@/, '')) ?? [];
    const cloud = { faults: [fault], ...(release === undefined ? {} : { release }) };
    const attempt = await judge(cloud, 'whole', seed, signal, ({ cases }) => ({
      cases: casesAt(cases, [...ends(cases), ...seen], wholeHistories),
      until: null,
      limitMs: limitMs.whole,
    }));
    outcome.whole = { release: release ?? '', ...attempt };
  }
  return outcome;
}

function hasAlarm({ alarms }: Outcome, rule: string): boolean {
  return alarms.some(alarm => alarm.rule === rule);
}

/** Milliseconds of each step behind an answer: histories settle at once, or overlap only where that takes a while. */
function delayFor(rules: readonly string[]): number {
  const { histories } = contracts.mutant.data;
  const known = new Map(Object.values(histories.rules).flatMap(each => Object.entries(each)));
  const modes = rules.map(rule => known.get(rule)?.history.mode);
  if (modes.includes('overlapping')) return 5;
  return modes.includes('settled') ? 0 : 1;
}

async function judgeGood({ cloud, whole, seed }: GoodJob, signal: Signal): Promise<GoodOutcome> {
  const only: PartOf = (all, max) => {
    const offered = all.filter(each => compareMicroversions(each, max) <= 0);
    return whole ? all : drawn(offered, goodMicroversions, seed);
  };
  let microversions: string[] = [];
  const choose = ({ cases }: Everything) => {
    microversions = versionsOf(cases);
    return { cases, until: null, limitMs: limitMs.good };
  };
  const outcome = await judge(cloud, 'good', seed, signal, choose, only);
  return { ...outcome, microversions };
}

async function judge(
  options: CloudOptions,
  kind: keyof typeof contracts,
  seed: number,
  signal: Signal,
  choose: (everything: Everything) => Pick<Trial, 'cases' | 'until' | 'limitMs'>,
  only?: PartOf,
): Promise<Outcome> {
  const contract = contracts[kind];
  const settings = { personas: {}, timeoutMs: 30_000, maxBodyBytes: 4 * 1024 * 1024, concurrency: 32 };
  const embedded = await startEmbedded(settings, options);
  let open: OpenTarget | undefined;
  try {
    open = await openTarget(contract, embedded.settings, embedded.env, embedded.folder, []);
    const { target, capabilities, choices, quota } = open;
    const everything = planFor(contract, open, seed, only);
    const { stage, histories } = contract.data;
    const budget = shareOut(stage, quota, choices.flavor, { servers: undefined, concurrency: 16 });
    const lanes = lanesFor(histories.world, quota, budget);
    const chosen = choose(everything);
    return await runTrial({
      contract,
      schemas,
      target,
      capabilities,
      choices,
      budget,
      lanes,
      folder: embedded.folder,
      isStopped: () => signal.stops,
      report: everything.report,
      ...chosen,
    });
  } finally {
    await open?.sessions.close();
    await embedded.stop();
  }
}

/** Clouds that can do the same share one plan, which takes longer to make than most of them to judge; not the part of one. */
function planFor(contract: Contract, { capabilities }: OpenTarget, seed: number, only?: PartOf): Everything {
  const key = JSON.stringify([capabilities, seed]);
  const known = only === undefined ? plans.get(key) : undefined;
  if (known) return known;
  const selection = { microversions: 'boundaries', rules: [], cases: [], suites: [], levels: [], seed };
  const { cases } = makePlan(contract, capabilities, selection, all =>
    only === undefined ? all : only(all, capabilities.microversions.max),
  );
  const commands = { command: 'npx novaspec run', replay: 'npx novaspec replay' };
  const report = emptyReport(0, { runId: 'proof', folder: '.' }, contract, commands, {}, null);
  report.cases = cases;
  report.rules = rulesOf(contract, report);
  if (only === undefined) plans.set(key, { cases, report });
  return { cases, report };
}

function versionsOf(cases: readonly Case[]): string[] {
  return [...new Set(cases.map(({ microversion }) => microversion))];
}

function ends(cases: readonly Case[]): string[] {
  const all = versionsOf(cases);
  return [all[0] ?? '', all.at(-1) ?? ''];
}

/** Some of the items, by a seed. */
function drawn(items: readonly string[], count: number, seed: number): string[] {
  const rank = (item: string) => createHash('sha256').update(`${seed} ${item}`).digest('hex');
  return items.toSorted((one, other) => (rank(one) < rank(other) ? -1 : 1)).slice(0, count);
}
