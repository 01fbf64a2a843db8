/** The pairs of texts in a dictionary as Python writes it, which is how clients send metadata in a query. */
export function parsePython(text: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  const quoted = /u?'((?:[^'\\]|\\.)*)'|u?"((?:[^"\\]|\\.)*)"/g;
  const texts = [...text.matchAll(quoted)].map(([, single, double]) =>
    (single ?? double ?? '').replaceAll(/\\(.)/g, '$1'),
  );
  for (let index = 0; index + 1 < texts.length; index += 2) pairs[texts[index] ?? ''] = texts[index + 1] ?? '';
  return pairs;
}
