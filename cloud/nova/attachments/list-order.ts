import type { Settings } from '../../deployment.ts';
import type { Row } from '../server.ts';

/** The rows of a server as they are found: Nova's query names no order (`nova/db/main/api.py@master:2903`). */
export function foundRows({ listOrder, hiddenRows }: Settings, rows: readonly Row[]): readonly Row[] {
  const local = rows.filter(({ volumeId }) => volumeId === null);
  const volumes = rows.filter(({ volumeId }) => volumeId !== null);
  const first = local.slice(0, Math.max(0, local.length - hiddenRows.after));
  const last = local.slice(first.length);
  switch (listOrder) {
    case 'inserted':
      return [...first, ...volumes, ...last];
    case 'reversed':
      return [...first, ...volumes.toReversed(), ...last];
    case 'volume-id':
      return [...first, ...sortedBy(volumes, ({ volumeId }) => volumeId ?? ''), ...last];
    case 'shuffled':
      return sortedBy(rows, () => Math.random());
  }
}

function sortedBy(rows: readonly Row[], key: (row: Row) => string | number): Row[] {
  const keyed = rows.map(row => ({ row, key: key(row) }));
  return keyed.toSorted((one, other) => (one.key < other.key ? -1 : Number(one.key > other.key))).map(({ row }) => row);
}
