import type { KeyObject } from 'node:crypto';
import type { Contract } from '../contract/contract.ts';
import type { RenderPage } from './bundle.ts';
import type { Check } from './check-list.ts';
import type { Profile } from './profile.ts';
import type { Predicate, Statement } from './statement.ts';

/** Judges the recorded exchanges of a run again; says what of the run does not follow from them, one line each. */
export type Rejudge = (bundle: string, runFolder: string) => Promise<string[]>;

/** What a bundle is held against. */
export interface VerifyParts {
  contract: Contract;
  /** Public. */
  key: KeyObject;
  /** The only profile that is accepted, also one of a trial; without it all published profiles are. */
  profile?: Profile;
  page: RenderPage;
  rejudge: Rejudge;
}

/** What verification found out. */
export interface Verification {
  /** `incomplete`: a certification that did not come to its end, and says so itself. */
  verdict: 'genuine' | 'refused' | 'incomplete';
  /** Why it is incomplete. */
  incomplete: string | null;
  /** What is attested; null unless the verdict is `genuine`. */
  result: Predicate['result'] | null;
  /** What was signed, once the signature holds and it is a statement of a certification. */
  statement: Statement | null;
  /** Of the given key. */
  keyId: string;
  checks: Check[];
}
