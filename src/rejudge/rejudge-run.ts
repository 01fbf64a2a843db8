import type { Contract } from '../contract/contract.ts';
import type { Level } from '../contract/rule.ts';
import type { OwnEntry } from '../evidence/own-har.ts';
import { readHar } from '../evidence/read-har.ts';
import type { Capabilities } from '../plan/capabilities.ts';
import type { Case } from '../plan/case.ts';
import { readRecord } from './record.ts';
import { rejudge } from './rejudge.ts';
import type { ClaimedResult, RecordedRun } from './rejudging.ts';

/** A run as its report tells it, and where its record is. */
export interface ReportedRun {
  /** `exchanges.har`, plain or compressed. */
  file: string;
  capabilities: Capabilities;
  personas: RecordedRun['personas'];
  hasVolumes: boolean;
  judged: readonly Level[];
  cases: readonly Case[];
  claims: ReadonlyMap<string, ClaimedResult>;
}

/**
 * Judges the record of a run again and gives a line for each case whose result does not follow from it.
 * @throws HarError where the record cannot be read to its end
 */
export async function rejudgeRun(contract: Contract, { file, cases, claims, ...run }: ReportedRun): Promise<string[]> {
  const har = readHar(file);
  // Whatever stands there: what is missing or wrong in it confirms nothing.
  const entries = har.entries as AsyncIterable<OwnEntry>;
  const record = await readRecord(entries, () => har.pages);
  return rejudge({ contract, ...run, record }, cases, claims);
}
