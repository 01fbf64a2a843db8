import { deviationText } from './failure-text.ts';
import { printableLine } from './printable.ts';
import type { StoredCase } from './stored-report.ts';
import { waiverText } from './waiver-text.ts';

/** Why a case of a report is not a plain pass, in one line, of a waived one with why it is; empty where it is. */
export function causeOf(one: StoredCase): string {
  const cause = plainCauseOf(one);
  return one.waiver ? `${waiverText(one.waiver)}: ${cause}` : cause;
}

/** The same, whoever accepts it. */
export function plainCauseOf({ verdict, skip, deviations = [], message }: StoredCase): string {
  if (verdict === 'pass') return '';
  if (verdict === 'unjudged') return 'the run ended before it';
  if (skip) return printableLine(`${skip.reason}: ${skip.detail}`);
  const [first] = deviations;
  return verdict !== 'error' && first ? deviationText(first) : printableLine(message ?? '');
}
