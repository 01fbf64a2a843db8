import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseHistory } from '../plan/case.ts';
import { unknownName } from '../plan/selection.ts';
import { listAt, mappingAt, stringAt } from '../target/json.ts';
import { UsageError } from './usage-error.ts';

/** A history that was written down, and the case that it belongs to. */
export interface RecordedHistory {
  caseId: string;
  replay: NonNullable<CaseHistory['replay']>;
  microversions: string[];
}

/**
 * The history that `FOLDER#CASE`, `report.json#CASE` or a file of `histories/` names.
 * @throws UsageError with one line that says what is missing
 */
export function recordedHistory(name: string): RecordedHistory {
  const at = name.indexOf('#');
  if (at < 0) return historyFrom(name, readJson(name));
  const place = name.slice(0, at);
  const id = name.slice(at + 1);
  const file = existsSync(place) && statSync(place).isDirectory() ? join(place, 'report.json') : place;
  const cases = listAt(readJson(file), 'cases');
  const played = cases.filter(each => mappingAt(mappingAt(each, 'history'), 'failure') !== undefined);
  const found = played.find(each => stringAt(each, 'id') === id);
  if (!found) {
    const known = played.flatMap(each => stringAt(each, 'id') ?? []);
    if (known.length === 0) throw new UsageError(`${file}: no history in it failed`);
    throw new UsageError(unknownName(file, id, known));
  }
  return historyFrom(name, { case: id, ...mappingAt(mappingAt(found, 'history'), 'failure') });
}

function historyFrom(name: string, content: unknown): RecordedHistory {
  const history = content as Record<string, unknown>;
  const commands = listAt(history, 'commands');
  const caseId = stringAt(history, 'case');
  const mode = (['settled', 'overlapping', 'burst'] as const).find(each => each === history.mode);
  const microversions = listAt(history, 'microversions').map(String);
  if (caseId === undefined || mode === undefined || commands.length === 0 || microversions.length === 0) {
    throw new UsageError(`${name}: is no history of novaspec`);
  }
  const { together = 0 } = history as { together?: number };
  return { caseId, replay: { mode, commands, together }, microversions };
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`${file}: cannot be read; name a history as FOLDER#CASE or by its file`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${file}: is not JSON`);
  }
}
