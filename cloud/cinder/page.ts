import { ApiError } from '../http/api-error.ts';
import type { Exchange } from '../http/exchange.ts';
import { queryValue } from '../http/query.ts';
import type { JsonObject } from '../json.ts';

/** The most entries of a list's answer (`osapi_max_limit`). */
const MOST = 1000;

/** The part of a list that a query asks for, with a link to the next one where it is as long as it was asked to be. */
export function pageOf<Item extends { readonly id: string }>(
  url: string,
  exchange: Exchange,
  key: string,
  all: readonly Item[],
): { readonly items: Item[]; readonly links: JsonObject } {
  const { query, path } = exchange;
  const text = queryValue(query, 'limit');
  if (text !== undefined && !/^-?\d+$/.test(text)) throw new ApiError(400, 'limit param must be an integer');
  const limit = Math.min(Number(text ?? MOST), MOST);
  if (limit < 0) throw new ApiError(400, 'limit param must be positive');
  const marker = queryValue(query, 'marker');
  const from = marker === undefined ? 0 : all.findIndex(({ id }) => id === marker) + 1;
  if (marker !== undefined && from === 0) throw new ApiError(404, `Volume ${marker} could not be found.`);
  const items = all.slice(from, from + limit);
  const last = items.at(-1);
  if (text === undefined || last === undefined || items.length < limit) return { items, links: {} };
  const next = new URLSearchParams(query);
  next.set('marker', last.id);
  return { items, links: { [key]: [{ rel: 'next', href: `${url}${path}?${next.toString()}` }] } };
}
