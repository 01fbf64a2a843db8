import { isDeepStrictEqual } from 'node:util';
import { type RunContext, schemasOf } from '../../suites/context.ts';
import { perform } from '../../suites/perform.ts';
import type { CaseResult, Deviation } from '../judge/verdict.ts';
import type { Case } from '../plan/case.ts';
import { scenarioKey } from '../plan/scenario-key.ts';
import { CloudApi } from '../stage/cloud-api.ts';
import { StageCounts } from '../stage/stage-counts.ts';
import { Gate } from '../target/gate.ts';
import { Rate } from '../target/rate.ts';
import { Watcher } from '../watch/watcher.ts';
import { NoEvidence } from './no-evidence.ts';
import { rejudgeHistory } from './rejudge-history.ts';
import { playedSteps } from './rejudge-scenario.ts';
import type { ClaimedResult, RecordedRun, Rejudging } from './rejudging.ts';
import { Replay } from './replay.ts';

/**
 * Judges the recorded exchanges of each case again, offline, and compares. Gives a line for each case whose result does not
 * follow from the record; skips and errors claim nothing, so there is nothing to confirm.
 */
export async function rejudge(
  run: RecordedRun,
  cases: readonly Case[],
  claims: ReadonlyMap<string, ClaimedResult>,
): Promise<string[]> {
  const rejudging: Rejudging = {
    ...run,
    schemas: schemasOf(run.contract),
    apiOf: (entries, waits) => {
      const replay = new Replay(entries, run.personas, waits);
      const { max } = run.capabilities.microversions;
      const api = new CloudApi(run.contract, replay, max, run.hasVolumes, () => false, new StageCounts(), replay);
      return { api, replay };
    },
  };
  const problems: string[] = [];
  for (const one of cases) {
    const claim = claims.get(one.id);
    if (!claim || (claim.verdict !== 'pass' && claim.verdict !== 'fail')) continue;
    try {
      const problem = one.history
        ? await rejudgeHistory(rejudging, one, claim)
        : differenceOf(claim, await performAgain(rejudging, one));
      if (problem !== null) problems.push(`${one.id}: ${problem}`);
    } catch (error) {
      // What was recorded may be anything: whatever it leads to, it does not confirm the result.
      problems.push(`${one.id}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return problems;
}

/** Performs a case on its record. @throws NoEvidence */
function performAgain(rejudging: Rejudging, one: Case): Promise<CaseResult> {
  const { contract, schemas, judged, record, apiOf } = rejudging;
  const page = one.watch ? record.scenarios.get(scenarioKey(one)) : record.cases.get(one.id);
  if (!page) throw new NoEvidence('no exchange of it was recorded');
  const { facts, entries } = page;
  const { api } = apiOf(entries, facts.kind === 'case' ? facts.waits : []);
  const played = new Map(
    facts.kind === 'scenario' ? [[scenarioKey(one), playedSteps(rejudging, one, { ...page, facts })]] : [],
  );
  const lasted = facts.kind === 'case' && facts.lasted;
  const context: RunContext = {
    contract,
    schemas,
    judged,
    keepsExchanges: false,
    recorder: null,
    stage: {
      api,
      lease: () =>
        Promise.resolve({ ...facts.lease, lasts: () => Promise.resolve(lasted), release: () => Promise.resolve() }),
    },
    watcher: new Watcher(new Rate(Number.POSITIVE_INFINITY)),
    watching: new Gate(1),
    played,
    histories: () => Promise.reject(new NoEvidence('a history has no place here')),
    groupsOf: () => [],
    isEnding: () => false,
    isCancelled: () => false,
    close: () => Promise.resolve(),
  };
  return perform(context, one);
}

function differenceOf(claim: ClaimedResult, found: CaseResult): string | null {
  if (claim.verdict !== found.verdict) {
    const why = found.message === undefined ? '' : ` (${found.message})`;
    return `reported ${claim.verdict}, the record gives ${found.verdict}${why}`;
  }
  const isSame =
    isDeepStrictEqual(plain(claim.deviations), plain(found.deviations)) &&
    isDeepStrictEqual(plain(claim.findings), plain(found.findings));
  return isSame ? null : `reported ${claim.verdict}, but with other deviations than the record gives`;
}

function plain(all: readonly Deviation[]): Deviation[] {
  return all.map(({ what, expected, received, level }) => ({ what, expected, received, level }));
}
