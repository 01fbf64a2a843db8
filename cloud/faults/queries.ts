import type { Behaviour } from '../behaviour/behaviour.ts';
import type { Schema } from '../nova/validation/schema.ts';
import type { Fault } from './fault.ts';
import { ofKind } from './of-kind.ts';
import { insertBefore, present, restatus, rewrite } from './patching.ts';

const fault = ofKind('validation');
const gate = ofKind('microversion-gate');

/** Mistakes in the reading of queries; a table. */
export const queryFaults: readonly Fault[] = [
  gate(
    'list-unknown-query-accepted',
    'List ignores unknown query parameters at 2.75 and later too.',
    ['list.query.unknown.refused'],
    b => {
      b.schemas.listQuery.splice(1);
    },
  ),
  gate(
    'list-unknown-query-too-early',
    'List refuses unknown query parameters from 2.74 on.',
    ['list.query.unknown.ignored'],
    b => {
      present(b.schemas.listQuery[1], 'listQuery').from = 74;
    },
  ),
  gate(
    'list-unknown-query-too-late',
    'List refuses unknown query parameters only from 2.76 on.',
    ['list.query.unknown.refused'],
    b => {
      present(b.schemas.listQuery[1], 'listQuery').from = 76;
    },
  ),
  fault(
    'list-limit-unchecked',
    'List takes a malformed limit for none.',
    ['list.query.invalid', 'list.query.random', 'list.query.repeated.invalid'],
    b => unchecked(b, 'limit'),
  ),
  fault('list-offset-unchecked', 'List takes a malformed offset for none.', ['list.query.invalid'], b =>
    unchecked(b, 'offset'),
  ),
  fault('list-empty-limit-accepted', 'List accepts an empty limit.', ['list.query.invalid'], b =>
    emptyAccepted(b, 'limit'),
  ),
  fault('list-empty-offset-accepted', 'List accepts an empty offset.', ['list.query.invalid'], b =>
    emptyAccepted(b, 'offset'),
  ),
  fault('list-leading-zero-refused', 'List refuses a limit or offset with leading zeros.', ['list.query.valid'], b => {
    const pattern = { source: '^(0|[1-9][0-9]*)$', test: /^(0|[1-9][0-9]*)$/ };
    for (const item of [...items(b, 'limit'), ...items(b, 'offset')]) item.pattern = pattern;
  }),
  fault(
    'list-repeated-half-checked',
    'Of a repeated limit, List checks only the value that counts.',
    ['list.query.repeated.invalid'],
    b => {
      for (const item of items(b, 'limit')) {
        delete item.pattern;
        delete item.minLength;
      }
      rewrite(b.sequences.list, 'schema', run => call => {
        const reply = run(call);
        const value = b.paging.pick(call.query.limit ?? []);
        if (value !== undefined && !/^[0-9]+$/.test(value)) throw call.refusal('schema', { text: 'not a number' });
        return reply;
      });
    },
  ),
  fault('list-query-encoding-500', 'List breaks on a query that is not UTF-8.', ['list.query.encoding'], b =>
    restatus(b, 'query-encoding', 500),
  ),
  ...(
    [
      ['show', 'Show', 'show.query.ignored'],
      ['create', 'Attach', 'attach.query.ignored'],
      ['update', 'Update', 'update.query.ignored'],
      ['delete', 'Detach', 'detach.query.ignored'],
    ] as const
  ).map(([operation, title, rule]) =>
    fault(`${operation}-unknown-query-refused`, `${title} refuses unknown query parameters.`, [rule], b =>
      insertBefore(b.sequences[operation], 'server', 'query', call => {
        if (call.exchange.query !== '') throw call.refusal('schema', { text: 'Additional properties are not allowed' });
      }),
    ),
  ),
];

function items(behaviour: Behaviour, name: string): Schema[] {
  return behaviour.schemas.listQuery.map(({ schema }) => present(schema.properties?.[name]?.items, name));
}

function unchecked(behaviour: Behaviour, name: string): void {
  for (const item of items(behaviour, name)) {
    delete item.pattern;
    delete item.minLength;
  }
  const { pick } = behaviour.paging;
  behaviour.paging.pick = values => {
    const value = pick(values);
    return value !== undefined && /^[0-9]+$/.test(value) ? value : undefined;
  };
}

function emptyAccepted(behaviour: Behaviour, name: string): void {
  for (const item of items(behaviour, name)) delete item.minLength;
}
