import { isUtf8 } from 'node:buffer';
import type { VersionedSchema } from '../../behaviour/schemas.ts';
import { ApiError } from '../../http/api-error.ts';
import { parseQuery } from '../../http/query.ts';
import { type Json, parseJson } from '../../json.ts';
import { str } from '../../python.ts';
import { violation } from '../validation/validate.ts';
import type { Call } from './call.ts';
import type { Step } from './step.ts';

const versionFormat: Step = {
  name: 'version-format',
  run: call => {
    const { negotiation } = call.world.behaviour;
    const text = call.world.behaviour.negotiation.requested(call.exchange.headers);
    if (text === undefined || text === 'latest') {
      call.minor = text === undefined ? negotiation.standard : negotiation.max;
      call.version = `2.${call.minor}`;
      return;
    }
    const match = negotiation.format.exec(text);
    if (match === null) throw call.refusal('version-format', { version: text });
    call.version = text;
    // Another major number is out of range, whatever its minor one.
    call.minor = match[1] === '2' ? Number(match[2]) : -1;
  },
};

const versionRange: Step = {
  name: 'version-range',
  run: call => {
    const { min, max } = call.world.behaviour.negotiation;
    if (call.minor < min || call.minor > max)
      throw call.refusal('version-range', { version: call.version ?? '', min, max });
  },
};

const mediaTypes = new Set(['', 'text/plain', 'application/json', 'application/vnd.openstack.compute+json']);

const contentType: Step = {
  name: 'content-type',
  run: call => {
    const [media = ''] = (call.exchange.headers['content-type'] ?? '').split(';');
    if (!mediaTypes.has(media.trim().toLowerCase())) throw call.refusal('content-type');
  },
};

/** What Nova's outermost layer says of a failure that nobody below has foreseen, as of bytes that are no UTF-8. */
const INCAPABLE = 'The server has either erred or is incapable of performing the requested operation.';

const json: Step = {
  name: 'json',
  run: call => {
    const bytes = call.exchange.body;
    if (!['POST', 'PUT'].includes(call.exchange.method) || bytes === undefined || bytes.length === 0) return;
    if (!isUtf8(bytes)) throw new ApiError(500, INCAPABLE);
    const text = bytes.toString();
    const body = parseJson(text);
    if (body === undefined) throw call.refusal('json');
    call.body = body;
  },
};

const projectUrl: Step = {
  name: 'project-url',
  run: call => {
    const inUrl = call.exchange.params.project_id;
    const own = call.token.project?.id ?? 'None';
    if (inUrl !== undefined && inUrl !== own) throw call.refusal('project-url', { url: inUrl, token: own });
  },
};

/** What a request passes that may come without a token. */
export const openSteps: readonly Step[] = [versionFormat, versionRange, contentType];

/** What every request passes before its operation looks at it, in Nova's order. */
export const commonSteps: readonly Step[] = [...openSteps, json, projectUrl];

/** Checks the body against the operation's schema. */
export function bodySchemaStep(schemas: (call: Call) => readonly VersionedSchema[]): Step {
  return {
    name: 'schema',
    run: call => checkBody(call, schemas(call)),
  };
}

/** Refuses a body that the schema of the microversion does not allow. */
export function checkBody(call: Call, schemas: readonly VersionedSchema[]): void {
  check(call, schemas, call.body, path => ['field/attribute', path.at(-1) ?? '']);
}

/** Checks the query against the operation's schema, and keeps it. */
export function querySchemaStep(schemas: (call: Call) => readonly VersionedSchema[]): Step {
  return {
    name: 'schema',
    run: call => {
      const pairs = parseQuery(call.exchange.query);
      if (pairs === undefined) throw call.refusal('query-encoding');
      call.query = grouped(pairs);
      check(call, schemas(call), call.query, path => ['query parameters', path[0] ?? '']);
    },
  };
}

function check(
  call: Call,
  schemas: readonly VersionedSchema[],
  value: Json,
  place: (path: readonly string[]) => [kind: string, name: string],
): void {
  const schema = schemas.findLast(({ from }) => from <= call.minor)?.schema;
  const found = schema && violation(schema, value, call.world.behaviour.release.emptyString);
  if (found === undefined) return;
  const [kind, name] = place(found.path);
  const where = `Invalid input for ${kind} ${name}. Value: ${str(found.value)}. `;
  throw call.refusal('schema', { text: found.path.length === 0 ? found.text : where + found.text });
}

function grouped(pairs: readonly (readonly [name: string, value: string])[]): Record<string, string[]> {
  const query: Record<string, string[]> = {};
  for (const [name, value] of pairs) query[name] = [...(query[name] ?? []), value];
  return query;
}
