import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { formats } from '../../reporters/formats.ts';
import { loadContract } from '../contract/load.ts';
import { makePlan } from '../plan/plan.ts';
import type { Selection } from '../plan/selection.ts';
import { rejudgeRun } from '../rejudge/rejudge-run.ts';
import type { ClaimedResult } from '../rejudge/rejudging.ts';
import { judgedLevels } from '../report/judged-levels.ts';
import { readReport } from '../report/read-report.ts';
import type { StoredCase } from '../report/stored-report.ts';
import { capabilitiesOf } from '../report/stored-report.ts';
import { limitWaits } from '../stage/wait-limits.ts';

/** What compression adds to the name of a record. */
export const compressed = '.gz';

/**
 * Judges the record in the folder of a run again and gives a line for each case whose result in `report.json` does not follow
 * from it. Nothing is asked of anybody. @throws Error where report or record cannot be read
 */
export async function rejudgeFolder(folder: string): Promise<string[]> {
  const { report } = readReport(folder, { unfinished: 'refused' });
  const { target, wait = null, selection } = report;
  if (target === null) return ['the report names no target'];
  // A contract of its own, as the limits of waits are written into it.
  const contract = loadContract();
  if (wait !== null) limitWaits(contract.data.stage.limits, wait);
  const capabilities = capabilitiesOf(target);
  const chosen = selection as unknown as Selection;
  const plain = join(folder, formats.har.file);
  return await rejudgeRun(contract, {
    file: existsSync(plain) ? plain : `${plain}${compressed}`,
    capabilities,
    personas: target.personas,
    hasVolumes: target.volume !== null,
    judged: judgedLevels(chosen.levels),
    cases: makePlan(contract, capabilities, chosen).cases,
    claims: new Map(report.cases.map(one => [one.id, claimOf(one)])),
  });
}

function claimOf({ verdict: reported, deviations = [], findings = [], history }: StoredCase): ClaimedResult {
  // A record shows what failed, not what somebody accepts.
  const verdict = reported === 'waived' ? 'fail' : reported;
  const { failure } = history ?? {};
  if (failure === undefined) return { verdict, deviations, findings, broken: null };
  const { rule, what, expected, received } = failure;
  return { verdict, deviations, findings, broken: { rule, what, expected, received } };
}
