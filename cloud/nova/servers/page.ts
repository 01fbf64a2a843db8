import { ApiError } from '../../http/api-error.ts';
import { parseQuery } from '../../http/query.ts';
import type { JsonObject } from '../../json.ts';
import type { Call } from '../api/call.ts';

/** The most entries of a list's answer. */
const MOST = 1000;

/** A page of a list, and the link to the next one where the page is as long as it was asked to be. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly links: JsonObject;
}

/** The query of a request by name, the last value of each; ApiError 400 where it is no text. */
export function queryOf(call: Call): Map<string, string> {
  const pairs = parseQuery(call.exchange.query);
  if (pairs === undefined) throw call.refusal('query-encoding');
  return new Map(pairs);
}

/**
 * The part of a list behind `marker`, no longer than `limit`; ApiError 400 where one of the two cannot be. `key` names
 * the list in its answer.
 */
export function pageOf<Item>(call: Call, key: string, all: readonly Item[], idOf: (item: Item) => string): Page<Item> {
  const query = queryOf(call);
  const text = query.get('limit');
  if (text !== undefined && !/^[0-9]+$/.test(text)) refuse('limit', text, `'${text}' does not match '^[0-9]*$'`);
  const limit = Math.min(Number(text ?? MOST), MOST);
  const marker = query.get('marker');
  const from = marker === undefined ? 0 : all.findIndex(item => idOf(item) === marker) + 1;
  if (marker !== undefined && from === 0) throw new ApiError(400, `marker [${marker}] not found`);
  const items = all.slice(from, from + limit);
  const last = items.at(-1);
  // Whether anything is behind a full page Nova does not look.
  return { items, links: last !== undefined && items.length === limit ? nextLink(call, key, idOf(last)) : {} };
}

/** Refuses a query parameter with Nova's text. */
export function refuse(name: string, value: string, why: string): never {
  throw new ApiError(400, `Invalid input for query parameters ${name}. Value: ${value}. ${why}`);
}

/** The link to the page behind an entry. */
export function nextLink(call: Call, key: string, marker: string): JsonObject {
  const query = new URLSearchParams(call.exchange.query);
  query.set('marker', marker);
  return { [key]: [{ rel: 'next', href: `${call.world.url}${call.exchange.path}?${query.toString()}` }] };
}
