import { describe, expect, test } from 'vitest';
import { filterCases, type Selection } from '../../src/plan/selection.ts';
import { plan, selection } from './default-plan.ts';

const at = { microversions: '2.101' };
const chosen = (changes: Partial<Selection>) => plan({ ...at, ...changes }).cases;
const all = chosen({});

test('rules by id, by family and by pattern', () => {
  expect(new Set(chosen({ rules: ['attach.success'] }).map(({ rule }) => rule))).toEqual(new Set(['attach.success']));
  const family = chosen({ rules: ['attach.request'] });
  expect(family).toEqual(all.filter(({ rule }) => rule.startsWith('attach.request.')));
  const pattern = chosen({ rules: ['*.request.*'] });
  expect(new Set(pattern.map(({ operation }) => operation))).toEqual(new Set(['attach', 'update']));
});

test('a family ends at a dot', () => {
  expect(() => chosen({ rules: ['attach.succ'] })).toThrow("--rule: 'attach.succ' is not known");
});

test('a pattern takes other characters as they are', () => {
  const [one] = all.filter(({ id }) => id.includes('['));
  expect(chosen({ cases: [one?.id ?? ''] }).map(({ id }) => id)).toEqual([one?.id]);
  const prefix = one?.id.split('@')[0] ?? '';
  expect(chosen({ cases: [`${prefix}@*`] }).every(({ id }) => id.startsWith(prefix))).toBe(true);
});

test('suites and levels', () => {
  expect(chosen({ suites: ['shapes'] })).toEqual(all.filter(({ suite }) => suite === 'shapes'));
  expect(chosen({ levels: ['required', 'informative'] })).toEqual(all.filter(({ level }) => level !== 'advisory'));
});

test('several options narrow each other, several values widen', () => {
  const both = chosen({ suites: ['shapes', 'errors'], rules: ['list'] });
  expect(both).toEqual(
    all.filter(({ suite, rule }) => ['shapes', 'errors'].includes(suite) && rule.startsWith('list.')),
  );
});

test.each<Partial<Selection>>([
  { rules: ['attach.volume'] },
  { rules: ['*.order'] },
  { rules: ['history', 'race'], levels: ['required'] },
  { suites: ['precedence', 'async'] },
  { suites: ['states'], rules: ['swap'] },
  { cases: ['attach.flag[true]@2.79'] },
  { cases: ['*@2.89', 'show.ids@*'] },
  { cases: ['*[attach*', 'list.success@2.1'] },
  { levels: ['informative'], microversions: 'latest' },
])('what may be chosen is made alone as it is with everything: %o', changes => {
  const { microversions = 'boundaries' } = changes;
  const filtered = filterCases(plan({ microversions }).cases, selection(changes));
  expect(plan(changes).cases).toEqual(filtered);
  expect(filtered).not.toEqual([]);
});

describe('what is not known', () => {
  test.each<[Partial<Selection>, string]>([
    [{ rules: ['atach.success'] }, "--rule: 'atach.success' is not known, did you mean 'attach.success'?"],
    [{ rules: ['attach.success', 'nothing.*'] }, "--rule: 'nothing.*' is not known"],
    [{ suites: ['shape'] }, "--suite: 'shape' is not known, did you mean 'shapes'?"],
    [
      { cases: ['attach.success@2.100'] },
      "--case: 'attach.success@2.100' is not known, did you mean 'attach.success@2.101'",
    ],
  ])('%j', (changes, message) => {
    expect(() => chosen(changes)).toThrow(message);
  });

  test('a short list of what is known is shown', () => {
    expect(() => chosen({ suites: ['x'] })).toThrow(/; known: (?=.*access)(?=.*shapes)(?=.*queries)/);
  });
});
