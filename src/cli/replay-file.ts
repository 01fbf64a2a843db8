import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../model/command.ts';
import type { CaseHistory } from '../plan/case.ts';
import { unknownName } from '../plan/selection.ts';
import { isMapping, listAt, mappingAt, stringAt } from '../target/json.ts';
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
  const failed = new Map(
    cases.flatMap(each => {
      const failure = mappingAt(mappingAt(each, 'history'), 'failure');
      return 'commands' in failure ? [[stringAt(each, 'id') ?? '', failure] as const] : [];
    }),
  );
  const failure = failed.get(id);
  if (failure) return historyFrom(name, { case: id, ...failure });
  if (failed.size === 0) throw new UsageError(`${file}: no history in it failed`);
  throw new UsageError(unknownName(file, id, [...failed.keys()]));
}

function historyFrom(name: string, content: unknown): RecordedHistory {
  const commands = listAt(content, 'commands');
  const caseId = stringAt(content, 'case');
  const mode = (['settled', 'overlapping', 'burst'] as const).find(each => each === stringAt(content, 'mode'));
  const microversions = listAt(content, 'microversions').map(String);
  const { together = 0 } = isMapping(content) ? content : {};
  const isWhole =
    commands.length > 0 &&
    commands.every(isCommand) &&
    isNumber(together) &&
    together <= commands.length &&
    (mode === 'burst') === together > 0;
  if (caseId === undefined || mode === undefined || microversions.length === 0 || !isWhole) {
    throw new UsageError(`${name}: is no history of novaspec`);
  }
  return { caseId, replay: { mode, commands, together }, microversions };
}

function isCommand(value: unknown): value is Command {
  if (!isMapping(value)) return false;
  const { ask, step, create, server, volume } = value;
  if (typeof create === 'string') return true;
  if (typeof step === 'string') return isNumber(server);
  return typeof ask === 'string' && [server, volume].every(each => each === null || isNumber(each));
}

/** A number of servers, volumes or commands. */
function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
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
