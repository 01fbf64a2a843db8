import { describe, expect, test } from 'vitest';
import type { Sample } from '../../src/judge/timeline.ts';
import { timelineText } from '../../src/report/timeline-text.ts';
import { makeTimeline } from './make-report.ts';

/** Readings of one observer, ten milliseconds each, one after the other. */
const readings = (count: number, from: number, shown = 'absent'): Sample[] =>
  Array.from({ length: count }, (_, at) => ({
    observer: 'list',
    shown,
    from: from + 10 * at,
    to: from + 10 * (at + 1),
  }));

const linesOf = (samples: Sample[], columns?: number) =>
  timelineText([makeTimeline({ samples })], columns)
    .split('\n')
    .slice(1, -1);

const wordsOf = (line: string | undefined) => line?.trim().split(/ {2,}/);

describe('a timeline', () => {
  test('is a column for each observer and a line for each change', () => {
    const samples: Sample[] = [
      { observer: 'list', shown: 'absent', from: 0, to: 12 },
      { observer: 'volume', shown: 'available', from: 1, to: 14 },
      { observer: 'answer', shown: 'accepted', from: 0, to: 40.4 },
      { observer: 'list', shown: 'present', from: 30, to: 44 },
      { observer: 'volume', shown: 'in-use', from: 120, to: 134 },
    ];
    expect(timelineText([makeTimeline({ samples, completed: 134 })])).toBe(
      [
        'attach: POST /servers/5e/os-volume_attachments',
        '             list     volume     answer    readings',
        '   +0–12 ms  absent',
        '   +1–14 ms  ·        available',
        '   +0–40 ms  ·        ·          accepted',
        '  +30–44 ms  present  ·          ·',
        '+120–134 ms  ·        in-use     ·',
        'completed after 134 ms',
      ].join('\n'),
    );
  });

  test('is ordered by the end of the readings, however they overlap', () => {
    const samples: Sample[] = [
      { observer: 'list', shown: 'present', from: 0, to: 90 },
      { observer: 'volume', shown: 'in-use', from: 60, to: 70 },
      { observer: 'list', shown: 'absent', from: 10, to: 20 },
    ];
    expect(
      linesOf(samples)
        .slice(1)
        .map(line => wordsOf(line)?.[0]),
    ).toEqual(['+10–20 ms', '+60–70 ms', '+0–90 ms']);
  });

  test('counts a short run without change with the line before it', () => {
    expect(linesOf(readings(5, 0)).slice(1).map(wordsOf)).toEqual([['+0–10 ms', 'absent', '×5']]);
  });

  test('has one line for a long run without change, from its first reading to its last', () => {
    const samples = [...readings(1000, 0), ...readings(1, 20_000, 'present')];
    expect(linesOf(samples).slice(1).map(wordsOf)).toEqual([
      ['+0–10 ms', 'absent'],
      ['+10–10000 ms', '·', '×999'],
      ['+20000–20010 ms', 'present'],
    ]);
  });

  test('shows what flickers each time', () => {
    const shown = ['absent', 'present', 'absent', 'present'];
    const samples = shown.flatMap((each, at) => readings(1, 10 * at, each));
    expect(
      linesOf(samples)
        .slice(1)
        .map(line => wordsOf(line)?.[1]),
    ).toEqual(shown);
  });

  test('says when the end was not seen, also when nothing was', () => {
    expect(timelineText([makeTimeline({ samples: [], completed: null, limit: 120 })])).toBe(
      'attach: POST /servers/5e/os-volume_attachments\nnot completed within 120 s',
    );
  });

  test('lets no control character of the cloud through', () => {
    const samples = [{ observer: 'volume', shown: 'in\u001B[2J\nuse', from: 0, to: 1 }];
    expect(timelineText([makeTimeline({ samples, request: 'GET /\u0007' })])).toMatch(/^[\n\P{C}]*$/u);
  });
});

test('several timelines stand below each other', () => {
  const text = timelineText([makeTimeline(), makeTimeline({ course: 'detach' })]);
  expect(text.split('\n\n').map(part => part.split(':')[0])).toEqual(['attach', 'detach']);
});

test.each([100, 90, 60])('no line is wider than %i columns, and no part of the path is lost', columns => {
  const observers = ['answer', 'list', 'show', 'volume', 'entry', 'action', 'a further one'];
  const samples = observers.flatMap((observer, at) =>
    ['not to be found', 'there as it should be'].map(
      (shown, round): Sample => ({ observer, shown, from: 50_000 * round + at, to: 50_000 * round + at + 7 }),
    ),
  );
  const id = '3f0b4c52-6d7c-4b57-9f0c-0a1b2c3d4e5f';
  const request = `DELETE /servers/${id}/os-volume_attachments/${id}`;
  const lines = timelineText([makeTimeline({ samples, request })], columns).split('\n');
  expect(lines.filter(line => Array.from(line).length > columns)).toEqual([]);
  expect(
    lines
      .slice(0, 4)
      .map(line => line.trim())
      .join(''),
  ).toContain(request);
});
