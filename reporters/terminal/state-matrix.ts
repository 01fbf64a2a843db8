import type { StateMatrix } from '../../src/report/state-matrix.ts';
import { grid } from './grid.ts';
import type { Paint } from './paint.ts';

/** Situations of servers down, requests across. */
export function stateMatrix({ states, requests }: StateMatrix, screenWidth: number, paint: Paint): string[] {
  const columns = requests.map(({ request, counts }) => ({ head: request, counts }));
  return grid('server', states, columns, screenWidth, paint);
}
