import { detailIndent, detailLines, type FailureText } from '../../src/report/failure-text.ts';
import type { Paint } from './paint.ts';
import { cut, wrap } from './text.ts';

const hanging = ' '.repeat(detailIndent);
// Commands are for copying: a line end inside would break them. What was seen is a table that fits already.
const unbroken = new Set<string>(['curl', 'repeat', 'replay', 'script', 'seen']);
const wordWidth = 6;

/** How a failure is introduced: in words, because colour is not seen by everybody and everywhere. */
function verdictMark(verdict: string, paint: Paint): string {
  return verdict === 'error' ? paint.magenta('ERROR') : paint.red('FAIL ');
}

/** The complete text of a failure, broken between words at the given width. */
export function failureBlock(text: FailureText, verdict: string, columns: number, paint: Paint): string[] {
  const [first = '', ...rest] = wrap(text.headline, columns - wordWidth, hanging).map(line => paint.bold(line));
  const details = text.details.flatMap(detail =>
    detailLines(detail)
      .flatMap(line => (unbroken.has(detail.label) ? [line] : wrap(line, columns, hanging)))
      .map(line => paint.dim(line.slice(0, detailIndent)) + line.slice(detailIndent)),
  );
  return [`${verdictMark(verdict, paint)} ${first}`, ...rest, ...details, ''];
}

/** Just the headline, cut to the given width. */
export function failureLine(text: FailureText, verdict: string, columns: number, paint: Paint): string {
  return `${verdictMark(verdict, paint)} ${cut(text.headline, columns - wordWidth)}`;
}
