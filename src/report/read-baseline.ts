import type { Contract } from '../contract/contract.ts';
import { type MicroversionRange, microversionRanges } from '../plan/microversion-ranges.ts';
import { isMapping } from '../target/json.ts';
import { type CheckedYaml, readCheckedYaml, type YamlProblem } from './checked-yaml.ts';
import { type Generation, KnownNames } from './known-names.ts';
import { printableLine } from './printable.ts';
import { type Baseline, isTwice, type Waiver } from './waiver.ts';

/** A waiver as it was written. */
interface WrittenWaiver {
  rule?: string;
  case?: string;
  reason: string;
  link?: string;
  expires?: string;
  when?: { microversions?: string | number; max?: string | number };
}

type CheckedBaseline = CheckedYaml<{ waivers: WrittenWaiver[] }>;

/** What stands where a reason should: a word for a word that is still to come, or no word at all. */
const placeholder = /^\P{L}*(todo|fixme|tbd|xxx)(?!\p{L})|^\P{L}*(reason|why|n\/?a|none|unknown)?\P{L}*$/iu;

/** Whether a text says why a failure is accepted, as far as that can be told. */
export function isReason(text: string): boolean {
  return !placeholder.test(text);
}

/** Whether a date is over (UTC); `now`: milliseconds since the epoch. */
export function isOver(date: string, now: number): boolean {
  return date < new Date(now).toISOString().slice(0, 'yyyy-mm-dd'.length);
}

/**
 * Reads a baseline: its waivers must be about what the contract knows, have reasons, and hold at `now` (milliseconds since the epoch).
 * @throws Error with a line for each waiver that is wrong: `FILE:LINE: what is wrong, and what to do`
 */
export function readBaseline(file: string, contract: Contract, generation: Generation, now: number): Baseline {
  const problems: YamlProblem[] = [];
  const checked: CheckedBaseline = readCheckedYaml(file, 'baseline.schema.json', problems);
  const whole = problems.find(({ path }) => path.length < 2);
  if (whole) throw new Error(whole.line);
  const names = new KnownNames(contract, generation);
  const waivers: Waiver[] = [];
  const faults = checked.data.waivers.flatMap((written, index) => {
    const problem = problems.find(({ path }) => path[1] === String(index));
    try {
      const waiver = waiverOf(checked, index, written, problem);
      refuseUnsound(waiver, at(checked, index), waivers, names, now);
      waivers.push(waiver);
      return [];
    } catch (error) {
      return [printableLine(error instanceof Error ? error.message : String(error))];
    }
  });
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return { file, waivers };
}

/** Where a property of a waiver stands. */
function at(checked: CheckedBaseline, index: number): (key: string) => string {
  return key => checked.at(['waivers', index, ...key.split('.')]);
}

/** @throws Error with one line */
function waiverOf(
  checked: CheckedBaseline,
  index: number,
  written: WrittenWaiver,
  problem: YamlProblem | undefined,
): Waiver {
  const place = at(checked, index);
  // A key that is not known may be a rule or a reason that was misspelt.
  if (problem && (problem.keyword === 'additionalProperties' || !isMapping(written))) throw new Error(problem.line);
  const { rule, case: id, reason, link, expires, when = {} } = written;
  if ((rule === undefined) === (id === undefined)) {
    const which = rule === undefined ? 'neither' : 'both';
    throw new Error(`${place('case')}: a waiver is of a rule or of a case; this one names ${which}`);
  }
  const name = rule ?? id ?? '';
  const said: unknown = reason ?? '';
  if (typeof said === 'string' && !isReason(said)) {
    throw new Error(`${place('reason')}: the waiver of ${name} has no reason: say why it is accepted`);
  }
  if (problem) throw new Error(problem.line);
  const ranges = (key: 'microversions' | 'max'): MicroversionRange[] | null => {
    if (when[key] === undefined) return null;
    try {
      return microversionRanges(checked.text(['waivers', index, 'when', key]));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`${place(`when.${key}`)}: when.${key}: ${why}`, { cause: error });
    }
  };
  return {
    file: checked.file,
    line: checked.lineOf(['waivers', index]),
    kind: rule === undefined ? 'case' : 'rule',
    name,
    reason: printableLine(reason),
    ...(link === undefined ? {} : { link }),
    ...(expires === undefined ? {} : { expires }),
    microversions: ranges('microversions'),
    max: ranges('max'),
  };
}

/** What is right by itself may be over, unknown or there twice. @throws Error with one line */
function refuseUnsound(
  waiver: Waiver,
  place: (key: string) => string,
  before: readonly Waiver[],
  names: KnownNames,
  now: number,
): void {
  const { kind, name, expires } = waiver;
  if (expires !== undefined && isOver(expires, now)) {
    throw new Error(`${place('expires')}: the waiver of ${name} expired on ${expires}: renew it or remove it`);
  }
  const unknown = names.obstacleTo(waiver);
  if (unknown !== null) throw new Error(`${place(kind)}: ${unknown}`);
  const twin = before.find(other => isTwice(other, waiver));
  if (twin) throw new Error(`${place(kind)}: ${kind}: ${name} is waived already in line ${twin.line}`);
}
