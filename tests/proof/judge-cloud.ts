import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CloudOptions, startCloud } from '../../cloud/cloud.ts';
import { openTarget } from '../../src/cli/open-target.ts';
import { loadContract } from '../../src/contract/load.ts';
import type { CaseResult } from '../../src/judge/verdict.ts';
import type { Capabilities } from '../../src/plan/capabilities.ts';
import type { Case } from '../../src/plan/case.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { filterCases, type Selection } from '../../src/plan/selection.ts';
import { limitWaits } from '../../src/stage/wait-limits.ts';
import { openContext } from '../../suites/context.ts';
import { perform } from '../../suites/perform.ts';

const contract = loadContract();
const budget = { servers: 12, walkers: 4, own: 3, volumes: 32 };
const { shrinking } = contract.data.histories;
const plans = new Map<string, Case[]>();

/** When a judgement ends. */
export interface Ending {
  /** Seconds of each wait; three by default, which is an age for a cloud that is at work. */
  waitLimit?: number;
  /** How many cases are judged at once; as many as in a run by default. */
  takers?: number;
  /** Whether the results so far tell enough; asked before each case. */
  enough?: (results: CaseResult[]) => boolean;
  /** Seconds for which histories go on, each case with one after the other. */
  histories?: number;
  /** Whether histories that fail are made shorter. */
  shrink?: boolean;
}

/** Judges an embedded cloud in this process, without a runner: the results of a selection of cases. */
export async function judgeCloud(
  cloudOptions: CloudOptions,
  selection: Partial<Selection>,
  { waitLimit = 3, takers = 16, enough = () => false, histories, shrink = false }: Ending = {},
): Promise<CaseResult[]> {
  const cloud = await startCloud({ delay: 1, ...cloudOptions });
  const cancelled = new SharedArrayBuffer(4);
  const folder = mkdtempSync(join(tmpdir(), 'novaspec-proof-'));
  const file = join(folder, 'clouds.yaml');
  writeFileSync(file, cloud.cloudsYaml());
  const personas = { reader: 'novaspec-reader', other: 'novaspec-other', admin: 'novaspec-admin' };
  const settings = { osCloud: 'novaspec', personas, timeoutMs: 10_000, maxBodyBytes: 1e6, concurrency: 32 };
  const open = await openTarget(contract, settings, { OS_CLIENT_CONFIG_FILE: file }, folder, []);
  try {
    const cases = casesFor(open.capabilities, selection);
    limitWaits(contract.data.stage.limits, waitLimit);
    contract.data.histories.shrinking = shrink ? shrinking : { requests: 0, seconds: 0 };
    const context = openContext({
      cases,
      contract: contract.data,
      target: open.target,
      judged: ['required', 'advisory', 'informative'],
      runId: 'proof',
      ledgerFile: join(folder, 'ledger.jsonl'),
      volumes: [],
      budget,
      choices: open.choices,
      histories: {
        capabilities: open.capabilities,
        lanes: 6,
        endless: histories !== undefined,
        ...(histories === undefined ? {} : { maxTimeMs: histories * 1000 }),
      },
      cancelled,
    });
    // What a busy machine may take long for, and no fault keeps from happening.
    const enoughTime = { server_build: 60, server_state: 5, volume_create: 60 };
    // And what would not happen later either.
    Object.assign(context.stage.api.data.limits, enoughTime, { absence: 1, standstill: 0.5 });
    const results: CaseResult[] = [];
    const stopHistories = () => {
      if (histories !== undefined && enough(results)) Atomics.store(new Int32Array(cancelled), 0, 1);
    };
    const judgeGroup = async (group: Case[]) => {
      const queue = group.values();
      const take = async () => {
        for (const one of queue) {
          if (enough(results)) return;
          results.push(await perform(context, one));
          stopHistories();
        }
      };
      await Promise.all(Array.from({ length: takers }, take));
    };
    const suites = [...new Set(cases.map(({ suite }) => suite))];
    for (const group of suites.flatMap(suite => context.groupsOf(suite))) await judgeGroup(group);
    return results;
  } finally {
    await open.sessions.close();
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Clouds of the same capabilities share one plan, which takes longer to make than most of them to judge. */
function casesFor(capabilities: Capabilities, selection: Partial<Selection>): Case[] {
  const everything: Selection = { microversions: 'boundaries', rules: [], cases: [], suites: [], levels: [], seed: 1 };
  const wanted = { ...everything, ...selection };
  const all = { ...everything, microversions: wanted.microversions, seed: wanted.seed };
  const key = JSON.stringify([capabilities, all]);
  const plan = plans.get(key) ?? makePlan(contract, capabilities, all).cases;
  plans.set(key, plan);
  return filterCases(plan, wanted);
}
