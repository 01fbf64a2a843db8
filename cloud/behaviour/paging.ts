import type { Row } from '../nova/server.ts';

/** How the list of attachments is cut into pages. */
export interface Paging {
  /** Most rows on one page. */
  maxLimit: number;
  /** Which of several values of a parameter counts. */
  pick: (values: readonly string[]) => string | undefined;
  /** Whether rows of local disks count, although they are never shown. */
  countsHidden: boolean;
  /** Whether a limit of zero means no limit. */
  zeroIsAll: boolean;
  /** Added to the offset asked for. */
  shift: number;
  /** Added to the limit asked for. */
  extra: number;
  /** One page. */
  cut: (rows: readonly Row[], offset: number, limit: number) => readonly Row[];
}

/** Paging as Nova does it: over all block devices. */
export function createPaging(): Paging {
  return {
    maxLimit: 1000,
    pick: values => values.at(-1),
    countsHidden: true,
    zeroIsAll: true,
    shift: 0,
    extra: 0,
    cut: (rows, offset, limit) => rows.slice(offset, offset + limit),
  };
}
