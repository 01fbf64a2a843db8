import { ApiError } from '../../http/api-error.ts';
import type { Call } from '../api/call.ts';
import type { Server } from '../server.ts';
import { refuse } from './page.ts';
import { statuses, statusOf } from './server-view.ts';

/** Whether a server belongs into a list. */
type Filter = (server: Server) => boolean;

/** The texts that Nova takes for yes and for no. */
const yes = new Set(['1', 't', 'true', 'on', 'y', 'yes', '']);
const no = new Set(['0', 'f', 'false', 'off', 'n', 'no']);

/** Reads a yes or no; ApiError 400 with Nova's text for anything else. */
export function strictly(text: string): boolean {
  const lower = text.trim().toLowerCase();
  if (yes.has(lower)) return true;
  if (no.has(lower)) return false;
  throw new ApiError(
    400,
    `Unrecognized value '${text}', acceptable values are: '0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'`,
  );
}

/** The filters of a query for the list of servers; ApiError 400 where one makes no sense. */
export function filtersOf(call: Call, query: ReadonlyMap<string, string>): Filter[] {
  const filters: Filter[] = [];
  for (const [name, value] of query) {
    const { since, make } = known.get(name) ?? {};
    if (make === undefined || call.minor < (since ?? 1)) continue;
    filters.push(make(value, call));
  }
  return filters;
}

interface Known {
  readonly since: number;
  readonly make: (value: string, call: Call) => Filter;
}

/** Each filter by its parameter, from the minor microversion on that brought it; older ones ignore it. */
const known = new Map<string, Known>([
  ['name', { since: 1, make: value => matching('name', value, ({ name }) => name) }],
  ['status', { since: 1, make: byStatus }],
  [
    'flavor',
    {
      since: 1,
      make:
        value =>
        ({ flavor }) =>
          flavor.id === value,
    },
  ],
  [
    'image',
    {
      since: 1,
      make:
        value =>
        ({ imageId }) =>
          imageId === value,
    },
  ],
  [
    'uuid',
    {
      since: 1,
      make:
        value =>
        ({ id }) =>
          id === value,
    },
  ],
  [
    'reservation_id',
    {
      since: 1,
      make:
        value =>
        ({ reservationId }) =>
          reservationId === value,
    },
  ],
  ['hostname', { since: 1, make: value => matching('hostname', value, ({ hostname }) => hostname) }],
  ['host', { since: 1, make: (value, call) => (isAdmin(call) ? ({ host }) => host === value : () => true) }],
  ['changes-since', { since: 1, make: value => since('changes-since', value) }],
  ['changes-before', { since: 66, make: value => before(value) }],
  [
    'tags',
    {
      since: 26,
      make:
        value =>
        ({ tags }) =>
          value.split(',').every(tag => tags.includes(tag)),
    },
  ],
  [
    'tags-any',
    {
      since: 26,
      make:
        value =>
        ({ tags }) =>
          value.split(',').some(tag => tags.includes(tag)),
    },
  ],
  [
    'not-tags',
    {
      since: 26,
      make:
        value =>
        ({ tags }) =>
          !value.split(',').every(tag => tags.includes(tag)),
    },
  ],
  [
    'not-tags-any',
    {
      since: 26,
      make:
        value =>
        ({ tags }) =>
          !value.split(',').some(tag => tags.includes(tag)),
    },
  ],
  [
    'locked',
    {
      since: 73,
      make: value => {
        const wanted = strictly(value);
        return ({ locked }) => locked === wanted;
      },
    },
  ],
  ['key_name', { since: 1, make: (value, call) => detail(call, ({ keyName }) => keyName === value) }],
  ['user_id', { since: 1, make: (value, call) => detail(call, ({ userId }) => userId === value) }],
  ['vm_state', { since: 1, make: (value, call) => detail(call, ({ vmState }) => vmState === value) }],
  ['task_state', { since: 1, make: (value, call) => detail(call, ({ taskState }) => taskState === value) }],
  ['power_state', { since: 1, make: (value, call) => detail(call, server => String(server.powerState) === value) }],
]);

/** Filters over details were an admin's before 2.83. */
function detail(call: Call, filter: Filter): Filter {
  return call.minor >= 83 || isAdmin(call) ? filter : () => true;
}

function isAdmin(call: Call): boolean {
  return call.token.roles.includes('admin');
}

function byStatus(value: string, call: Call): Filter {
  const wanted = value.toUpperCase();
  const possible = [
    ...Object.values(statuses),
    'REBOOT',
    'HARD_REBOOT',
    'RESIZE',
    'REVERT_RESIZE',
    'REBUILD',
    'MIGRATING',
    'PASSWORD',
    'UNKNOWN',
  ];
  if (call.minor >= 38 && !possible.includes(wanted)) throw new ApiError(400, 'Invalid status value');
  return server => statusOf(server) === wanted;
}

/** Names are matched by the database, as a pattern. */
function matching(parameter: string, value: string, of: (server: Server) => string): Filter {
  let pattern: RegExp;
  try {
    pattern = new RegExp(value, 'i');
  } catch {
    refuse(parameter, value, `'${value}' is not a 'regex'`);
  }
  return server => pattern.test(of(server));
}

function since(name: string, value: string): Filter {
  const moment = momentOf(name, value);
  return ({ updatedAt }) => updatedAt.getTime() >= moment;
}

function before(value: string): Filter {
  const moment = momentOf('changes-before', value);
  return ({ updatedAt }) => updatedAt.getTime() <= moment;
}

/** A moment in a query in milliseconds; ApiError 400 for any other text. */
export function momentOf(name: string, value: string): number {
  const moment = Date.parse(/([zZ]|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`);
  if (Number.isNaN(moment)) refuse(name, value, `'${value}' is not a 'date-time'`);
  return moment;
}
