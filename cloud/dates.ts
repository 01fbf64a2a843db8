let last = new Date();

/**
 * The moment; one object for all that happens in the same millisecond, because most of what a large cloud holds would
 * otherwise be dates. Nobody may change it.
 */
export function now(): Date {
  const ms = Date.now();
  if (ms !== last.getTime()) last = new Date(ms);
  return last;
}

/** The moment in Nova's short form, `2026-01-02T03:04:05Z`. */
export function zulu(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** The moment in the databases' form, `2026-01-02T03:04:05.000000`, without a zone. */
export function micros(date: Date): string {
  return `${date.toISOString().slice(0, 19)}.000000`;
}
