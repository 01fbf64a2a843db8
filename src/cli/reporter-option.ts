import { Option } from 'commander';
import { type FormatName, formats } from '../../reporters/formats.ts';
import { unknownName } from '../plan/selection.ts';
import { UsageError } from './usage-error.ts';

/** A document that the user asked for; `place`: a path, `-` for standard output, null for where it usually goes. */
export interface ReporterChoice {
  format: FormatName;
  place: string | null;
}

/** Always there, so asking for it alone says: no file but report.json. */
const terminal = 'terminal';

const names = Object.keys(formats) as FormatName[];

/** `--reporter name,name=path`, repeatable. @throws UsageError */
export function reporterOption(): Option {
  return new Option(
    '--reporter <names>',
    `reports to write: ${[...names, terminal].join(', ')}; NAME=PATH puts one elsewhere, NAME=- on standard output (repeatable, or joined by commas; default: all files, and annotations and summary in GitHub Actions)`,
  ).argParser((value: string, before: ReporterChoice[] | undefined) => [
    ...(before ?? []),
    ...value.split(',').flatMap(choicesIn),
  ]);
}

function choicesIn(text: string): ReporterChoice[] {
  const at = text.indexOf('=');
  const name = (at < 0 ? text : text.slice(0, at)).trim();
  const place = at < 0 ? null : text.slice(at + 1);
  if (name === terminal) {
    if (place === null) return [];
    throw new UsageError(`--reporter: ${terminal} goes to the screen, not to '${place}'`);
  }
  const format = names.find(each => each === name);
  if (format === undefined) throw new UsageError(unknownName('--reporter', name, [...names, terminal]));
  if (place === '') throw new UsageError(`--reporter: ${name}= names no file`);
  if (place === '-' && formats[format].render === null) {
    throw new UsageError(`--reporter: ${name} is written while the run goes on and needs a file`);
  }
  return [{ format, place }];
}
