import type { RunContext } from '../../suites/context.ts';
import type { Contract } from '../contract/contract.ts';
import type { Level } from '../contract/rule.ts';
import type { OwnEntry } from '../evidence/own-har.ts';
import type { CaseResult, Deviation } from '../judge/verdict.ts';
import type { Capabilities } from '../plan/capabilities.ts';
import type { CloudApi } from '../stage/cloud-api.ts';
import type { RunRecord } from './record.ts';
import type { Replay } from './replay.ts';

/** What a report says of one case, as far as the record can confirm it. */
export interface ClaimedResult {
  verdict: CaseResult['verdict'] | 'unjudged';
  deviations: readonly Deviation[];
  findings: readonly Deviation[];
  /** Of a history that failed. */
  broken: { rule: string; what: string; expected: string; received: string } | null;
}

/** The run that is judged again. */
export interface RecordedRun {
  contract: Contract;
  capabilities: Capabilities;
  /** Persona -> what Keystone said of it. */
  personas: Record<string, { roles: string[] | null; project: string | null }>;
  hasVolumes: boolean;
  judged: readonly Level[];
  record: RunRecord;
}

/** What judging again needs for one page. */
export interface Rejudging extends RecordedRun {
  schemas: RunContext['schemas'];
  /** The recorded target. */
  apiOf: (entries: readonly (OwnEntry | undefined)[], waits?: readonly number[]) => { api: CloudApi; replay: Replay };
}
