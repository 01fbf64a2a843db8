import type { HarEntry, HarPair } from './har.ts';

type Kind = 'string' | 'number' | 'object';
type Fields = Record<string, unknown>;

/** An entry of unknown content as one of the format: what has another type than it should is taken away. */
export function harEntry(value: unknown): HarEntry {
  if (!isObject(value)) return {};
  keep(value, { startedDateTime: 'string', time: 'number', request: 'object', response: 'object', pageref: 'string' });
  const { request, response } = value;
  if (isObject(request)) {
    keep(request, { method: 'string', url: 'string', httpVersion: 'string', bodySize: 'number', postData: 'object' });
    request.headers = pairs(request.headers);
    if (isObject(request.postData)) keep(request.postData, { mimeType: 'string', text: 'string', encoding: 'string' });
  }
  if (isObject(response)) {
    keep(response, { status: 'number', httpVersion: 'string', bodySize: 'number', content: 'object' });
    response.headers = pairs(response.headers);
    const fields = { size: 'number', mimeType: 'string', text: 'string', encoding: 'string' } as const;
    if (isObject(response.content)) keep(response.content, fields);
  }
  return value;
}

function keep(object: Fields, kinds: Record<string, Kind>): void {
  for (const [name, kind] of Object.entries(kinds)) {
    const value = object[name];
    if (value === undefined) continue;
    const right = kind === 'object' ? isObject(value) : typeof value === kind;
    if (!right) delete object[name];
  }
}

function pairs(value: unknown): HarPair[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((pair: unknown) =>
    isObject(pair) && typeof pair.name === 'string' ? [{ ...pair, name: pair.name, value: String(pair.value) }] : [],
  );
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
