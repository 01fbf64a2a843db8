import type { RetoldHistory } from '../judge/retold-history.ts';
import { printableLine } from './printable.ts';
import { shellQuote } from './shell-quote.ts';

/**
 * The lines of a script that look at something else of an answer than its status: a property of the body, or a header. It
 * failed again where the same is received; what text tools cannot find is left to the reader. `wordOf` makes words of values.
 */
export function answerCheck(
  name: string,
  { what, expected, received }: Pick<RetoldHistory, 'what' | 'expected' | 'received'>,
  wordOf: (value: string) => string,
): string[] {
  const text = shellQuote(printableLine(`${what}: expected ${expected}`));
  const again = (condition: string) => [`if ${condition}; then fails ${text}; fi`, `conforms ${text}`];
  const header = /^header (.+)$/.exec(what)?.[1];
  if (header !== undefined) return again(headerCondition(name, header, received));
  const key = /^body \/(?:.*\/)?([A-Za-z_-]+)$/.exec(what)?.[1];
  if (key !== undefined && received === 'absent') return again(`[ -z "$(value ${name} ${shellQuote(key)})" ]`);
  const isPlain = /^(?:null|true|false|-?[\d.]+|"[^"\\]*")$/.test(received);
  if (key !== undefined && isPlain) {
    const value = wordOf(received.replaceAll('"', ''));
    return again(`values ${name} ${shellQuote(key)} | grep -q -x -F -e ${value}`);
  }
  if (what === 'body' && received === 'no body') return again(`[ ! -s "$WORK/${name}" ]`);
  if (what === 'body' && expected === 'no body') return again(`[ -s "$WORK/${name}" ]`);
  return [`cannot ${text}', which this script cannot judge; look at the answer'`];
}

function headerCondition(name: string, header: string, received: string): string {
  const lines = `grep -i ${shellQuote(`^${header}:`)} "$WORK/${name}.headers"`;
  return received === 'absent'
    ? `! ${lines}`
    : `${lines} | grep -q -F -e ${shellQuote(received.replaceAll(/^"|"$/g, ''))}`;
}
