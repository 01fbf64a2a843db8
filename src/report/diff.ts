import type { Level } from '../contract/rule.ts';
import { causeOf } from './cause-of.ts';
import { deviationText } from './failure-text.ts';
import { groupBy } from './group-by.ts';
import type { StoredCase, StoredReport, StoredVerdict } from './stored-report.ts';

/**
 * What became of a case. `worse`: it fails and did not before, or a pass is no longer one: also a skip is lost cover. `better`: it
 * passes. `different`: neither, e.g. a failure that was skipped this time, or that is another one now. `new`, `gone`: only one of the
 * runs has it; one that is new and fails is worse.
 */
export type ChangeKind = 'worse' | 'different' | 'better' | 'new' | 'gone';

/** The kinds in the order in which they matter. */
export const changeKinds: readonly ChangeKind[] = ['worse', 'different', 'better', 'new', 'gone'];

/** One case that is not what it was. */
export interface Change {
  kind: ChangeKind;
  id: string;
  rule: string;
  level: Level;
  /** Null where the run does not have it. */
  from: StoredVerdict | null;
  to: StoredVerdict | null;
  /** Of the first deviation in the newer run. */
  expected?: string;
  received?: string;
  /** What the newer run says of it, or the older one where that has nothing to say; one line, may be empty. */
  cause: string;
}

/** Changes of one kind, between the same verdicts, for one cause. */
export interface ChangeGroup extends Pick<Change, 'kind' | 'from' | 'to'> {
  /** By falling count, then by name. */
  rules: { rule: string; count: number }[];
  /** In the order of the plan; the first one is the example. */
  changes: [Change, ...Change[]];
}

/** Two runs, compared case by case. */
export interface RunDiff {
  /** Cases that both runs have, and how many of them are what they were. */
  common: number;
  same: number;
  /** By kind, failures before what was not judged, then by falling size. */
  groups: ChangeGroup[];
}

/** What is different between two runs. Pure: the same reports give the same groups in the same order. */
export function diffReports(before: StoredReport, after: StoredReport): RunDiff {
  const older = new Map(before.cases.map(each => [each.id, each]));
  const newer = new Map(after.cases.map(each => [each.id, each]));
  const common = after.cases.filter(({ id }) => older.has(id)).length;
  const pairs = [
    ...after.cases.map(now => [older.get(now.id), now] as const),
    ...before.cases.flatMap(then => (newer.has(then.id) ? [] : [[then, undefined] as const])),
  ];
  const found = pairs.flatMap(([then, now]) => {
    const change = changeOf(then, now);
    return change ? [{ change, key: keyOf(change, then, now) }] : [];
  });
  const changes = found.map(({ change }) => change);
  const groups = [...groupBy(found, ({ key }) => key).values()].map(([first, ...others]) =>
    groupOf([first.change, ...others.map(({ change }) => change)]),
  );
  return {
    common,
    same: common - changes.filter(({ from, to }) => from !== null && to !== null).length,
    groups: groups.toSorted((a, b) => rankOf(a) - rankOf(b) || b.changes.length - a.changes.length),
  };
}

function rankOf({ kind, to }: ChangeGroup): number {
  return 2 * changeKinds.indexOf(kind) + (to === 'fail' ? 0 : 1);
}

function changeOf(then: StoredCase | undefined, now: StoredCase | undefined): Change | null {
  const one = now ?? then;
  const kind = kindOf(then, now);
  if (one === undefined || kind === null) return null;
  const [first] = now?.deviations ?? [];
  return {
    kind,
    id: one.id,
    rule: one.rule,
    level: one.level,
    from: then?.verdict ?? null,
    to: now?.verdict ?? null,
    ...(first ? { expected: first.expected, received: first.received } : {}),
    cause: (now && causeOf(now)) || (then && causeOf(then)) || '',
  };
}

function kindOf(then: StoredCase | undefined, now: StoredCase | undefined): ChangeKind | null {
  const from = then?.verdict;
  const to = now?.verdict;
  if (from === undefined) return to === 'fail' ? 'worse' : 'new';
  if (to === undefined) return 'gone';
  if (from === to) return isFailure(from) && signatureOf(then) !== signatureOf(now) ? 'different' : null;
  if (from === 'pass' || to === 'fail') return 'worse';
  if (to === 'pass') return 'better';
  // A skip has a reason that a run may have; what could not be judged leaves it incomplete.
  return from === 'skipped' && (to === 'error' || to === 'unjudged') ? 'worse' : 'different';
}

/** A waived failure is one too. */
function isFailure(verdict: StoredVerdict): boolean {
  return verdict === 'fail' || verdict === 'waived';
}

/** What is alike in failures of one kind. What observers saw, or a history led to, is another story each time. */
function signatureOf(one: StoredCase | undefined): string {
  const [first] = one?.deviations ?? [];
  return first === undefined || one?.timelines || one?.history ? '' : general(deviationText(first));
}

/** A cause without what differs from one case to the next: ids, numbers and the words of a refusal. */
function general(cause: string): string {
  return cause
    .replace(/(received \d{3}(?: \w+)?) ".*$/, '$1')
    .replaceAll(/[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}/gi, 'ID')
    .replaceAll(/(?<!expected |received )\b\d+(\.\d+)?\b/g, '0');
}

function keyOf({ kind, from, to }: Change, then: StoredCase | undefined, now: StoredCase | undefined): string {
  return JSON.stringify([kind, from, to, (now && patternOf(now)) || (then && patternOf(then)) || '']);
}

/** What is alike where one cause led to it. The way that a history took there is another one each time. */
function patternOf(one: StoredCase): string {
  const [first] = one.deviations ?? [];
  if (one.history && isFailure(one.verdict) && first) return general(deviationText({ ...first, what: 'status' }));
  return general(causeOf(one));
}

function groupOf(changes: [Change, ...Change[]]): ChangeGroup {
  const [{ kind, from, to }] = changes;
  const rules = [...groupBy(changes, ({ rule }) => rule)].map(([rule, same]) => ({ rule, count: same.length }));
  return {
    kind,
    from,
    to,
    rules: rules.toSorted((a, b) => b.count - a.count || (a.rule < b.rule ? -1 : 1)),
    changes,
  };
}
