import { ApiError } from '../../http/api-error.ts';
import type { Exchange } from '../../http/exchange.ts';
import { jsonReply, type Reply } from '../../http/reply.ts';
import { webobNotFound, webobTooLarge } from '../../http/webob.ts';
import type { Json } from '../../json.ts';
import { challenge } from '../../keystone/challenge.ts';
import type { Token } from '../../keystone/token.ts';
import type { World } from '../../world.ts';
import { Call, type Operation } from './call.ts';
import { runSteps, type Step } from './step.ts';

/** Takes one request through Nova's pipeline and the steps of its operation. */
export function respond(
  world: World,
  exchange: Exchange,
  operation: Operation,
  steps: readonly Step[],
): Promise<Reply> | Reply {
  if (exchange.body === undefined) return webobTooLarge(exchange, requestIds(world, exchange));
  const token = bearer(world, exchange);
  if (token === undefined) return unauthorized(world, exchange);
  return answered(new Call(world, exchange, token, operation), steps);
}

/** The same for what needs no token. */
export function respondToAnybody(world: World, exchange: Exchange, steps: readonly Step[]): Promise<Reply> {
  return answered(new Call(world, exchange, nobody, 'other'), steps);
}

/** Whoever asks without a token. */
const nobody: Token = {
  id: '',
  auditId: '',
  user: { id: '', name: '', password: '', project: { id: '', name: '' }, roles: [], cloud: '' },
  project: null,
  system: false,
  roles: [],
  methods: [],
  credential: null,
  issuedAt: new Date(0),
  expiresAt: new Date(0),
};

async function answered(call: Call, steps: readonly Step[]): Promise<Reply> {
  const { world, exchange } = call;
  let reply: Reply;
  try {
    reply = await runSteps(steps, call);
  } catch (error) {
    reply = errorReply(world, error);
  }
  return withHeaders(world, exchange, reply, call.version);
}

/** Answers what no route of Nova matches. */
export function novaUnrouted(world: World, exchange: Exchange): Reply {
  if (exchange.body === undefined) return webobTooLarge(exchange, requestIds(world, exchange));
  if (bearer(world, exchange) === undefined) return unauthorized(world, exchange);
  return webobNotFound(exchange, requestIds(world, exchange));
}

/** Adds the version headers, if the version is known, and the request ids. */
function withHeaders(world: World, exchange: Exchange, reply: Reply, version: string | undefined): Reply {
  const rules = world.behaviour.headers;
  const headers = [...reply.headers];
  if (version !== undefined) {
    for (const [name, prefix] of rules.version) headers.push([name, prefix + version]);
    for (const name of rules.vary) headers.push(['Vary', name]);
  }
  headers.push(...requestIds(world, exchange));
  return { ...reply, headers };
}

/** A JSON answer in the media type that the request accepts. */
export function novaJson(call: Call, status: number, body: Json): Reply {
  const { json, vendorType } = call.world.behaviour.headers;
  const vendor = 'application/vnd.openstack.compute+json';
  const type = vendorType && call.exchange.headers.accept?.includes(vendor) ? vendor : json;
  return { ...jsonReply(status, body), headers: [['Content-Type', type]] };
}

function errorReply(world: World, error: unknown): Reply {
  const code = error instanceof ApiError ? error.status : 500;
  const message =
    error instanceof ApiError
      ? error.message
      : `Unexpected API Error. Please report this at http://bugs.launchpad.net/nova/ and attach the Nova API log if possible.\n<class '${error instanceof Error ? error.name : 'Exception'}'>`;
  const { keys, envelope } = world.behaviour.conditions;
  const body = JSON.stringify(envelope(keys.get(code) ?? 'computeFault', code, message));
  return { status: code, headers: [['Content-Type', world.behaviour.headers.error]], body };
}

function bearer(world: World, exchange: Exchange): Token | undefined {
  return world.behaviour.authentication.identify(world.keystone, exchange.headers['x-auth-token']?.toString());
}

function unauthorized(world: World, exchange: Exchange): Reply {
  const { status, challenges } = world.behaviour.authentication;
  const reply = challenge(world.keystone);
  const kept = reply.headers.filter(([name]) => challenges || name !== 'WWW-Authenticate');
  return { ...reply, status, headers: [...kept, ...requestIds(world, exchange)] };
}

function requestIds(world: World, exchange: Exchange): (readonly [string, string])[] {
  return world.behaviour.headers.requestId.map(name => [name, exchange.requestId] as const);
}
