import type { Counts } from '../../src/report/counts.ts';
import { plural } from '../../src/report/plural.ts';
import type { Paint } from './paint.ts';

/** `240 passed, 2 failed, 12 skipped`; what did not happen is left out. */
export function countsPhrase(counts: Counts, paint: Paint): string {
  const { pass, fail, waived, skipped, error, unjudged } = counts;
  return [
    pass > 0 ? paint.green(`${pass} passed`) : '0 passed',
    fail > 0 ? paint.red(`${fail} failed`) : '',
    waived > 0 ? paint.yellow(`${waived} waived`) : '',
    error > 0 ? paint.magenta(plural(error, 'error')) : '',
    skipped > 0 ? paint.cyan(`${skipped} skipped`) : '',
    unjudged > 0 ? `${unjudged} open` : '',
  ]
    .filter(part => part !== '')
    .join(', ');
}
