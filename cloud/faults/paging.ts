import type { Fault } from './fault.ts';
import { ofKind } from './of-kind.ts';
import { insertAfter, insertBefore, rewrite } from './patching.ts';
import { traceback } from './traceback.ts';

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
  fault('paging-offset-twice', 'List counts the offset twice.', ['list.paging.skips'], b => {
    b.paging.cut = (rows, offset, limit) => rows.slice(2 * offset, 2 * offset + limit);
  }),
  fault('paging-limit-before-offset', 'List cuts at the limit before it skips.', ['list.paging.skips'], b => {
    b.paging.cut = (rows, offset, limit) => rows.slice(0, limit).slice(offset);
  }),
  fault('paging-offset-of-pages', 'List takes the offset for a number of pages.', ['list.paging.skips'], b => {
    b.paging.cut = (rows, offset, limit) => rows.slice(offset * limit, (offset + 1) * limit);
  }),
  fault('paging-over-maximum-refused', 'A limit above the maximum is 400.', ['list.paging.whole'], b =>
    insertAfter(b.sequences.list, 'schema', 'maximum', call => {
      const limit = Number(call.query.limit?.at(-1) ?? 0);
      if (limit > b.paging.maxLimit) throw call.refusal('schema', { text: 'limit is too large' });
    }),
  ),
  fault(
    'paging-huge-500',
    'List breaks on a limit or offset of more than 64 bits.',
    ['list.paging.whole', 'list.paging.offset'],
    b =>
      insertAfter(b.sequences.list, 'schema', 'integer', ({ query }) => {
        const values = [query.limit, query.offset].map(all => Number(all?.at(-1) ?? 0));
        if (values.some(value => value >= 2 ** 63)) {
          throw traceback('OverflowError: Python int too large to convert to SQLite INTEGER');
        }
      }),
  ),
  fault('paging-past-end-404', 'An offset behind the last row is 404.', ['list.paging.offset'], b =>
    insertBefore(b.sequences.list, 'answer', 'end', call => {
      if (Number(call.query.offset?.at(-1) ?? 0) > call.server.rows.length) {
        throw call.refusal('server-unknown', { server: call.server.id });
      }
    }),
  ),
  fault(
    'paging-links',
    'A list with a limit has links to the next page.',
    ['list.paging.limit', 'list.paging.whole'],
    b =>
      rewrite(b.sequences.list, 'answer', run => async call => {
        const reply = await run(call);
        if (!reply || call.query.limit === undefined) return reply;
        return { ...reply, body: reply.body.replace(/\}$/, ',"volumeAttachments_links":[]}') };
      }),
  ),
];
