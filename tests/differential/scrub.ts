/** Replaces what is another at each run or each cloud: ids, times, addresses, names. */
export interface Scrubber {
  text(text: string): string;
  /** What kind of text it is: an id, a time, an address, or any other string. */
  kindOf(text: string): string;
}

const uuid = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;
const hex = /\b[0-9a-f]{32}\b/gi;
const time = /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)?/g;
const token = /\bgAAAAA[\w-]{20,}/g;

/** A scrubber that also knows the addresses of a cloud's services (name -> URL) and words of its own (text -> what stands for it). */
export function scrubberFor(
  services: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Scrubber {
  const known = [...Object.entries(services).map(([name, url]) => [url, `<${name}>`] as const), ...Object.entries(own)]
    .filter(([text]) => text !== '')
    // The longest first: one address may be the beginning of another.
    .toSorted(([one], [other]) => other.length - one.length);
  const text = (raw: string) => {
    let clean = raw;
    for (const [from, to] of known) clean = clean.replaceAll(from, to);
    return clean
      .replaceAll(token, '<token>')
      .replaceAll(/\breq-(?=[0-9a-f]{8}-)/g, '<req>-')
      .replaceAll(/\bdifferential-\d+\b/g, '<name>')
      .replaceAll(uuid, '<uuid>')
      .replaceAll(hex, '<hex>')
      .replaceAll(time, '<time>');
  };
  return {
    text,
    kindOf: raw => {
      const clean = text(raw);
      if (clean === '') return 'empty string';
      if (/^<[a-z]+>/.test(clean) && clean !== raw) return clean;
      return 'string';
    },
  };
}
