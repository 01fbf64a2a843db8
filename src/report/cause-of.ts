import { deviationText } from './failure-text.ts';
import { printableLine } from './printable.ts';
import type { StoredCase } from './stored-report.ts';

/** Why a case of a report is not a plain pass, in one line; empty where it is. */
export function causeOf({ verdict, skip, deviations = [], message }: StoredCase): string {
  if (verdict === 'pass') return '';
  if (verdict === 'unjudged') return 'the run ended before it';
  if (skip) return printableLine(`${skip.reason}: ${skip.detail}`);
  const [first] = deviations;
  return verdict !== 'error' && first ? deviationText(first) : printableLine(message ?? '');
}
