import { type Mutant, mutantRow, noJudgement } from '../prove/mutant-row.ts';
import type { GoodRun, ProvenMutant } from '../prove/proof.ts';
import { type Ending, InterruptedError } from './ending.ts';
import type { GoodCloud } from './good-clouds.ts';
import type { ProofTask } from './prove-command.ts';
import type { MutantOutcome } from './prove-jobs.ts';
import { openPool } from './prove-pool.ts';
import { reasonOf } from './usage-error.ts';

/** Clouds with a mistake, and without. */
interface Clouds {
  mutants: readonly Mutant[];
  /** Ids of the mutants that every rule judges. */
  whole: ReadonlySet<string>;
  good: readonly GoodCloud[];
  seed: number;
  threads: number;
  /** What it costs to ask some rules. */
  costOf: (rules: readonly string[]) => number;
}

/** Clouds at once for each thread: most of a judgement is waiting, but one of a mistake by every rule would make its neighbours late. */
const lanes = { usual: 6, whole: 2 };

/** How long judgements may take to their end once the proof is to end, in milliseconds. */
const patienceMs = 10_000;

/**
 * Judges the faulty clouds and the good ones, side by side; each is told of as soon as it is judged.
 * @throws InterruptedError when `ending` has begun and the judgements have come to rest: a thread that is ended while it talks to a
 * cloud may take the process with it
 */
export async function judgeClouds(
  clouds: Clouds,
  { mutant: tellMutant, good: tellGood }: Parameters<ProofTask['judge']>[0],
  ending: Ending,
): Promise<void> {
  const { mutants, good, whole, seed, threads, costOf } = clouds;
  const pool = openPool(threads);
  const isEnding = () => ending.reason !== null;
  const told = {
    mutant: (row: ProvenMutant) => void (isEnding() || tellMutant(row)),
    good: (run: GoodRun) => void (isEnding() || tellGood(run)),
  };
  const goneOn = new Promise<void>(resolve => {
    ending.onBegin(() => {
      pool.stop();
      setTimeout(resolve, patienceMs).unref();
    });
  });
  const judgeGood = async ({ name, job }: GoodCloud) => {
    const outcome = await pool.good(job).catch((error: unknown) => brokenRun(reasonOf(error)));
    const { microversions, judged, alarms, errors, durationMs } = outcome;
    told.good({ name, seed: job.seed, microversions, judged, alarms, errors, durationMs });
  };
  const judgeMutant = async (mutant: Mutant, again: boolean) => {
    const { id: fault, breaks } = mutant;
    // What was not caught by the rules that should have is shown to all others too.
    const job = { fault, breaks, whole: again || whole.has(fault), thorough: again, seed };
    const outcome = await pool.mutant(job).catch((error: unknown): string => reasonOf(error));
    return rowOf(mutant, outcome);
  };
  const silent: Mutant[] = [];
  const judgeOnce = async (mutant: Mutant) => {
    const row = await judgeMutant(mutant, false);
    if (row.silent.length > 0 || row.alarms.length === 0) silent.push(mutant);
    else told.mutant(row);
  };
  // What takes long begins first; what is left then fills the threads evenly.
  const ordered = mutants.toSorted((one, other) => costOf(other.breaks) - costOf(one.breaks));
  const [first, ...others] = good.map(cloud => () => judgeGood(cloud));
  const work = (isWhole: boolean) =>
    ordered.filter(({ id }) => whole.has(id) === isWhole).map(mutant => () => judgeOnce(mutant));
  const long = [...(first ? [first] : []), ...work(true)];
  const usual = [...work(false), ...others];
  try {
    const all = [inLanes(long, lanes.whole * threads, isEnding), inLanes(usual, lanes.usual * threads, isEnding)];
    await Promise.race([Promise.all(all), goneOn]);
    // A mistake that lasts for a moment is missed by who has too much to do: a second look, with nothing else going on.
    for (const mutant of silent) if (!isEnding()) told.mutant(await judgeMutant(mutant, true));
    if (isEnding()) throw new InterruptedError('interrupted');
  } finally {
    await pool.close();
  }
}

/** Does all the work, so much of it at once, until it is to end. */
async function inLanes(work: readonly (() => Promise<void>)[], count: number, isEnding: () => boolean): Promise<void> {
  const queue = work.values();
  const take = async () => {
    for (const each of queue) {
      if (isEnding()) return;
      await each();
    }
  };
  await Promise.all(Array.from({ length: count }, take));
}

function rowOf(mutant: Mutant, outcome: MutantOutcome | string): ProvenMutant {
  if (typeof outcome === 'string') return mutantRow(mutant, { ...noJudgement, trouble: outcome });
  const { attempts, whole } = outcome;
  const all = [...attempts, ...(whole ? [whole] : [])];
  const sum = (of: (attempt: (typeof all)[number]) => number) => all.reduce((total, each) => total + of(each), 0);
  const caught = all.find(({ alarms }) => alarms.length > 0);
  return mutantRow(mutant, {
    alarms: all.flatMap(({ alarms }) => alarms),
    whole: whole !== null,
    causes: whole?.causes ?? [],
    release: caught?.release ?? null,
    first: whole?.first ?? null,
    durationMs: sum(({ durationMs }) => durationMs),
    judged: sum(({ judged }) => judged),
    errors: {
      count: sum(({ errors }) => errors.count),
      first: all.map(({ errors }) => errors.first).find(each => each !== null) ?? null,
    },
    trouble: null,
  });
}

function brokenRun(reason: string): Omit<GoodRun, 'name' | 'seed'> {
  return { microversions: [], judged: 0, alarms: [], errors: { count: 1, first: reason }, durationMs: 0 };
}
