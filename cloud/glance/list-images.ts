import { parseQuery } from '../http/query.ts';
import type { JsonObject } from '../json.ts';
import { str } from '../python.ts';

/** Why a query for images cannot be answered; Glance answers 400. */
export interface Refused {
  readonly refused: string;
}

const visibilities = ['public', 'private', 'shared', 'community', 'all'];

/** What in a query is about the page and not about the image. */
const paging = ['limit', 'marker', 'sort', 'sort_key', 'sort_dir'];

/** The images of a cloud with one image that a query finds: filters are its own members, any others find nothing. */
export function imagesFor(image: JsonObject, query: string): JsonObject[] | Refused {
  const pairs = parseQuery(query) ?? [];
  const asked = new Map(pairs);
  const [limit, marker, visibility] = [asked.get('limit'), asked.get('marker'), asked.get('visibility')];
  if (limit !== undefined && !/^-?\d+$/.test(limit)) return { refused: 'limit param must be an integer' };
  if (marker !== undefined && marker !== image.id) return { refused: `No image found with ID ${marker}` };
  if (visibility !== undefined && !visibilities.includes(visibility)) {
    return { refused: `Invalid visibility value: ${visibility}` };
  }
  const found = pairs.every(([name, value]) => paging.includes(name) || fits(image, name, value));
  return found && marker === undefined && Number(limit ?? 1) > 0 ? [image] : [];
}

function fits(image: JsonObject, name: string, value: string): boolean {
  if (name === 'visibility' && value === 'all') return true;
  if (name === 'size_min') return Number(image.size) >= Number(value);
  if (name === 'size_max') return Number(image.size) <= Number(value);
  // A list of several ids or names is `in:a,b`.
  const wanted = value.startsWith('in:') ? value.slice(3).split(',') : [value];
  const own = str(image[name]);
  return wanted.some(
    each => each === own || (typeof image[name] === 'boolean' && each.toLowerCase() === own.toLowerCase()),
  );
}
