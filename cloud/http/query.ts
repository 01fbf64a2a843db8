/**
 * The query parameters in order, decoded as a form is (`+` is a space); undefined where a name or value is no UTF-8.
 */
export function parseQuery(query: string): [name: string, value: string][] | undefined {
  const pairs: [string, string][] = [];
  for (const part of query.split('&')) {
    if (part === '') continue;
    const mark = part.indexOf('=');
    const name = decode(mark < 0 ? part : part.slice(0, mark));
    const value = decode(mark < 0 ? '' : part.slice(mark + 1));
    if (name === undefined || value === undefined) return undefined;
    pairs.push([name, value]);
  }
  return pairs;
}

/** The last value of a query parameter, or undefined. */
export function queryValue(query: string, name: string): string | undefined {
  return parseQuery(query)?.findLast(([key]) => key === name)?.[1];
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(text: string): string | undefined {
  if (!/[%+]/.test(text)) return text;
  const bytes: Buffer[] = [];
  const spaced = text.replaceAll('+', ' ');
  for (const [piece] of spaced.matchAll(/%[0-9a-fA-F]{2}|[^%]+|%/g)) {
    bytes.push(/^%[0-9a-fA-F]{2}$/.test(piece) ? Buffer.from(piece.slice(1), 'hex') : Buffer.from(piece));
  }
  try {
    return utf8.decode(Buffer.concat(bytes));
  } catch {
    return undefined;
  }
}
