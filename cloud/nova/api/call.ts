import type { Condition } from '../../behaviour/conditions.ts';
import { ApiError } from '../../http/api-error.ts';
import type { Exchange } from '../../http/exchange.ts';
import { isObject, type Json, type JsonObject, objectAt } from '../../json.ts';
import type { Token } from '../../keystone/token.ts';
import type { World } from '../../world.ts';
import type { Row, Server } from '../server.ts';

/** The operations that Nova tells apart; the rest of its API is `other`. */
export type Operation = 'list' | 'show' | 'create' | 'update' | 'delete' | 'other';

/** One request on its way through Nova, collecting what the steps find out. */
export class Call {
  readonly world: World;
  readonly exchange: Exchange;
  readonly token: Token;
  readonly operation: Operation;
  /** Minor microversion in force. */
  minor = 1;
  /** What the version headers of the answer say; none before the version is understood. */
  version: string | undefined;
  body: Json = null;
  query: Readonly<Record<string, readonly string[]>> = {};
  #server: Server | undefined;
  #row: Row | undefined;

  constructor(world: World, exchange: Exchange, token: Token, operation: Operation) {
    this.world = world;
    this.exchange = exchange;
    this.token = token;
    this.operation = operation;
  }

  get serverId(): string {
    return this.exchange.params.server_id ?? '';
  }

  get volumeId(): string {
    return this.exchange.params.volume_id ?? '';
  }

  /** The inner object of an attachment's body. */
  get wanted(): JsonObject {
    return objectAt(this.body, 'volumeAttachment');
  }

  /** The server, once a step has found it. */
  get server(): Server {
    if (this.#server === undefined) throw new TypeError("'NoneType' object has no attribute 'uuid'");
    return this.#server;
  }

  set server(server: Server) {
    this.#server = server;
  }

  /** The attachment's row, once a step has found it. */
  get row(): Row {
    if (this.#row === undefined) throw new TypeError("'NoneType' object has no attribute 'volume_id'");
    return this.#row;
  }

  set row(row: Row) {
    this.#row = row;
  }

  /** Whether a PUT is to exchange the volume: any PUT at first, one that names another volume later. */
  get swaps(): boolean {
    return this.minor < this.world.behaviour.effects.updateSince || this.wanted.volumeId !== this.volumeId;
  }

  /** One of the behaviour's refusals, to be thrown. */
  refusal(name: string, values: Readonly<Record<string, string | number>> = {}): ApiError {
    return refusal(this.world, this.operation, name, values);
  }
}

/** One of the behaviour's refusals as an error. */
export function refusal(
  world: World,
  operation: Operation,
  name: string,
  values: Readonly<Record<string, string | number>>,
): ApiError {
  const { table } = world.behaviour.conditions;
  const condition: Condition | undefined = table.get(`${operation}.${name}`) ?? table.get(name);
  if (condition === undefined) throw new Error(`no condition ${name}`);
  const message = condition.message.replaceAll(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole));
  return new ApiError(condition.status, message);
}

/** The body of a request as an object. */
export function bodyObject(call: Call): JsonObject {
  return isObject(call.body) ? call.body : {};
}
