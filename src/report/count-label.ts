import type { Counts } from './counts.ts';

/** What decides how a cell of a matrix looks; `none`: it has no case. */
export type CellState = 'pass' | 'fail' | 'error' | 'waived' | 'skipped' | 'unjudged' | 'none';

/** What a cell of a matrix says of its cases. The worst that happened decides; the words carry the meaning, colours repeat it. */
export function countLabel(counts: Counts | undefined): { state: CellState; text: string } {
  if (counts === undefined || counts.total === 0) return { state: 'none', text: '-' };
  const { total, fail, error, unjudged, waived, skipped } = counts;
  if (fail > 0) return { state: 'fail', text: `FAIL ${fail}/${total}` };
  if (error > 0) return { state: 'error', text: `ERROR ${error}/${total}` };
  if (unjudged > 0) return { state: 'unjudged', text: `open ${unjudged}/${total}` };
  if (skipped === total) return { state: 'skipped', text: `skip ${total}` };
  if (waived > 0) return { state: 'waived', text: `waived ${waived}/${total}` };
  return { state: 'pass', text: skipped > 0 ? `ok ${total - skipped}/${total}` : `ok ${total}` };
}
