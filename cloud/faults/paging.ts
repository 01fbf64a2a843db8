import type { Fault } from './fault.ts';
import { ofKind } from './of-kind.ts';

const fault = ofKind('paging');

/** Mistakes in the pages of the list; a table. */
export const pagingFaults: readonly Fault[] = [
  fault('paging-limit-ignored', 'List ignores the limit.', ['list.paging.limit'], b => {
    b.paging.extra = 1000;
  }),
  fault('paging-limit-off-by-one', 'List gives one item more than the limit.', ['list.paging.limit'], b => {
    b.paging.extra = 1;
  }),
  fault('paging-offset-ignored', 'List ignores the offset.', ['list.paging.offset', 'list.paging.skips'], b => {
    b.paging.shift = Number.NEGATIVE_INFINITY;
  }),
  fault('paging-offset-off-by-one', 'List skips one item less than the offset.', ['list.paging.skips'], b => {
    b.paging.shift = -1;
  }),
  fault('paging-zero-empty', 'List takes a limit of zero for no items.', ['list.paging.whole'], b => {
    b.paging.zeroIsAll = false;
  }),
  fault('paging-first-value-wins', 'List takes the first of several limits or offsets.', ['list.query.repeated'], b => {
    b.paging.pick = values => values[0];
  }),
  fault('paging-hidden-not-counted', 'List counts only the rows that it shows.', ['list.paging.hidden'], b => {
    b.paging.countsHidden = false;
  }),
  fault('paging-duplicates', 'List gives every item twice.', ['list.paging.whole', 'list.query.valid'], b => {
    b.views.order = rows => rows.flatMap(row => [row, row]);
  }),
  fault('paging-page-size', 'List never gives more than two rows.', ['attach.success'], b => {
    b.paging.maxLimit = 2;
  }),
];
