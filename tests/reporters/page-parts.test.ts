import { describe, expect, test } from 'vitest';
import { differenceOf } from '../../reporters/html/page/difference.ts';
import { filtered, filterLink, noFilter } from '../../reporters/html/page/filter.ts';
import { lanesOf, ticks } from '../../reporters/html/page/lanes.ts';
import { axisOf, placeOn, spreadOf } from '../../reporters/html/page/spread.ts';
import { stateMachineOf, transitionsOf } from '../../reporters/html/page/transitions.ts';
import { makeCase, makeFailure } from '../report/make-report.ts';

/** The parts that only one side has, in brackets. */
function marked(parts: { text: string; own: boolean }[]): string {
  return parts.map(({ text, own }) => (own ? `[${text}]` : text)).join('');
}

describe('what differs', () => {
  test.each([
    ['404 itemNotFound', '404 badRequest "no"', '404 [itemNotFound]', '404 [badRequest "no"]'],
    ['true', 'null', '[true]', '[null]'],
    // The second `present` is in the other text by chance.
    ['list present', 'list absent, entry present at 5', 'list [present]', 'list [absent, entry present at 5]'],
    ['{"a":1,"b":2}', '{"b":2,"a":1}', '{\n  "a": 1,\n  "b": 2[\n]}', null],
  ])('%s against %s', (expected, received, left, right) => {
    const sides = differenceOf(expected, received);
    if (right === null) expect(sides.received.map(({ text }) => text).join('')).toBe('{\n  "b": 2,\n  "a": 1\n}');
    else expect([marked(sides.expected), marked(sides.received)]).toEqual([left, right]);
  });
});

describe('a filter', () => {
  const cases = ['2.1', '2.20', '2.60', '2.101'].map(microversion => makeCase({ microversion }));
  const judged = cases.map(one => ({ case: one, result: makeFailure(one.id) }));
  const contract = { classes: ['2.1', '2.20', '2.101'], rules: {} };
  const at = (microversion: string) =>
    filtered(judged, { ...noFilter, microversion }, contract).map(({ case: one }) => one.microversion);

  test('takes one microversion, or a whole class', () => {
    expect(at('2.60')).toEqual(['2.60']);
    expect(at('2.20+')).toEqual(['2.20', '2.60']);
  });

  test('stands in a link with what it is about only', () => {
    expect(filterLink({ microversion: '2.20+', text: 'a b', verdict: '' })).toBe(
      '#cases?text=a+b&microversion=2.20%2B',
    );
    expect(filterLink({})).toBe('#cases');
  });
});

describe('drawings', () => {
  test('readings that show the same one after the other are one stretch', () => {
    const lanes = lanesOf([
      { observer: 'list', shown: 'absent', from: 0, to: 2 },
      { observer: 'volume', shown: 'in-use', from: 1, to: 3 },
      { observer: 'list', shown: 'absent', from: 4, to: 6 },
      { observer: 'list', shown: 'present', from: 8, to: 9 },
    ]);
    expect(
      lanes.map(({ observer, stretches }) => [observer, stretches.map(({ shown, from, to }) => [shown, from, to])]),
    ).toEqual([
      [
        'list',
        [
          ['absent', 0, 6],
          ['present', 8, 9],
        ],
      ],
      ['volume', [['in-use', 1, 3]]],
    ]);
  });

  test('an axis has round numbers', () => {
    expect(ticks(1050, 8)).toEqual([0, 200, 400, 600, 800, 1000]);
    expect(ticks(9, 8)).toEqual([0, 2, 4, 6, 8]);
  });

  test('times stand on a logarithmic axis that holds all of them', () => {
    const axis = axisOf([3, 950]);
    expect(axis).toMatchObject({ from: 1, to: 1000 });
    expect([1, 10, 1000].map(ms => Math.round(placeOn(axis, ms) * 300) / 300)).toEqual([0, 1 / 3, 1]);
    const { bars, ...words } = spreadOf([3, 3, 950], axis);
    expect(words).toEqual({ p50: 3, p95: 950, max: 950 });
    expect(bars.filter(bar => bar > 0)).toEqual([1, 0.5]);
  });

  test('the state machine has what most steps touch at one side and what nothing leaves at the other', () => {
    const steps = transitionsOf({
      'pause: active -> paused': 2,
      'unpause: paused -> active': 0,
      'shelve: active -> shelved': 1,
      'offload: shelved -> offloaded': 1,
      'unshelve: offloaded -> active': 1,
      'lock: paused -> paused': 3,
      'delete: paused -> deleted': 1,
      'delete: active -> deleted': 1,
    });
    const { hub, end, stations, hubToEnd } = stateMachineOf(steps);
    expect([hub, end, hubToEnd.length]).toEqual(['active', 'deleted', 1]);
    expect(stations.map(({ name }) => name)).toEqual(['paused', 'shelved', 'offloaded']);
    expect(stations[0]).toMatchObject({
      toHub: [{ count: 0 }],
      stays: [{ step: 'lock', count: 3 }],
      toEnd: [{ count: 1 }],
    });
    expect(stations[1]?.aside).toMatchObject([{ to: 'offloaded' }]);
  });
});
