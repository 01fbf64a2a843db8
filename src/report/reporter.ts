import type { CaseResult } from '../judge/verdict.ts';
import type { Report } from './model.ts';

/** One output format; every hook is optional and synchronous. */
export interface Reporter {
  /** Called once, when the plan stands and nothing was sent yet. */
  started?(report: Report): void;
  /** What the run is busy with when no case is: `authenticating`, `building 4 servers`, `cleaning up`. */
  phase?(text: string, report: Report): void;
  suiteStarted?(suite: string, report: Report): void;
  judged?(result: CaseResult, report: Report): void;
  /** Called once, when exit code and leftovers are known; also after an interrupt or a failure to start. */
  finished?(report: Report): void;
}
