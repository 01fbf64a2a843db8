import { distance } from 'fastest-levenshtein';
import { type Level, levels } from '../contract/rule.ts';
import type { Case } from './case.ts';

/** What a run is asked to judge; empty lists mean: everything. */
export interface Selection {
  /** `boundaries`, `all`, `latest`, `2.79`, `2.60-2.79`, joined by commas. */
  microversions: string;
  /** Rule ids, prefixes of ids up to a dot, or patterns with `*`. */
  rules: string[];
  /** Case ids, or patterns with `*`. */
  cases: string[];
  suites: string[];
  levels: Level[];
  /** Seed of everything random. */
  seed: number;
  /** Generated histories; as many as the contract says without it. */
  runs?: number;
  /** Commands of each of them. */
  length?: number;
}

/** What a selection can tell a rule by, before there are cases. */
export interface RuleName {
  rule: string;
  suite: string;
  level: Level;
}

/** Whether cases of a rule may be among those that a selection names. */
export function rulesIn({ rules, cases, suites, levels: chosen }: Selection): (rule: RuleName) => boolean {
  const byRule = anyOf(rules, true);
  // The rule of a case stands before its variant and microversion.
  const byCase = anyOf(
    cases.map(name => (/^[^[@]*\*/.test(name) ? '*' : name.replace(/[[@].*$/, ''))),
    false,
  );
  const bySuite = anyOf(suites, false);
  const byLevel = anyOf(chosen, false);
  return ({ rule, suite, level }) => byRule(rule) && byCase(rule) && bySuite(suite) && byLevel(level);
}

function anyOf(names: string[], prefixes: boolean): (candidate: string) => boolean {
  const tests = names.map(name => testFor(name, prefixes));
  return candidate => tests.length === 0 || tests.some(test => test(candidate));
}

/** The cases that a selection names. Throws an Error that suggests the nearest known name when one matches nothing. */
export function filterCases(cases: Case[], selection: Selection): Case[] {
  const rules = matcher('rule', selection.rules, [...new Set(cases.map(each => each.rule))], true);
  const ids = matcher(
    'case',
    selection.cases,
    cases.map(each => each.id),
    false,
  );
  const suites = matcher('suite', selection.suites, [...new Set(cases.map(each => each.suite))], false);
  const chosen = matcher('level', selection.levels, [...levels], false);
  return cases.filter(each => rules(each.rule) && ids(each.id) && suites(each.suite) && chosen(each.level));
}

function matcher(option: string, wanted: string[], known: string[], prefixes: boolean): (name: string) => boolean {
  if (wanted.length === 0) return () => true;
  const tests = wanted.map(name => {
    const test = testFor(name, prefixes);
    if (!known.some(test)) throw new Error(unknownName(`--${option}`, name, prefixes ? withFamilies(known) : known));
    return test;
  });
  return name => tests.some(test => test(name));
}

/** Ids and the families that they belong to: `attach.volume` beside `attach.volume.unknown`. */
export function withFamilies(ids: readonly string[]): string[] {
  const families = ids.flatMap(id => {
    const steps = id.split('.');
    return steps.map((_, index) => steps.slice(0, index + 1).join('.'));
  });
  return [...new Set(families)];
}

/** Tests for a name, a pattern with `*`, or with `prefixes` for a family of names too. */
export function testFor(name: string, prefixes: boolean): (candidate: string) => boolean {
  if (name.includes('*')) {
    const pattern = name
      .split('*')
      .map(part => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*');
    const expression = new RegExp(`^${pattern}$`);
    return candidate => expression.test(candidate);
  }
  return candidate => candidate === name || (prefixes && candidate.startsWith(`${name}.`));
}

/** One line that names what is unknown and the nearest known name. */
export function unknownName(what: string, name: string, known: readonly string[]): string {
  let nearest = '';
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const steps = distance(name, candidate);
    if (steps < least) [nearest, least] = [candidate, steps];
  }
  const hint = nearest === '' ? '' : known.length <= 12 ? `; known: ${known.join(', ')}` : '';
  return `${what}: '${name}' is not known${nearest === '' ? '' : `, did you mean '${nearest}'?`}${hint}`;
}
