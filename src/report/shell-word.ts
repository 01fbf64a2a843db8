import { shellQuote } from './shell-quote.ts';

/**
 * One word for a POSIX shell: the text taken literally, but for parts that stand for values of the shell. `names`: text ->
 * what the shell is to put there, e.g. an id -> `$SERVER_1`.
 */
export function shellWord(text: string, names: ReadonlyMap<string, string>): string {
  const [found] = [...names.keys()]
    .filter(name => name !== '' && text.includes(name))
    .toSorted((one, other) => text.indexOf(one) - text.indexOf(other));
  if (found === undefined) return literal(text);
  const at = text.indexOf(found);
  const rest = text.slice(at + found.length);
  return [
    at === 0 ? '' : literal(text.slice(0, at)),
    `"${names.get(found)}"`,
    rest === '' ? '' : shellWord(rest, names),
  ].join('');
}

/** Older shells know no escapes of control characters, but take them as they are. */
function literal(text: string): string {
  if (text === '') return "''";
  return /\p{C}/u.test(text) ? `'${text.replaceAll("'", `'\\''`)}'` : shellQuote(text);
}
