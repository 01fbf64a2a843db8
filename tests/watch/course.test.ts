import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Course, Observer } from '../../src/contract/async-data.ts';
import { loadContract } from '../../src/contract/load.ts';
import type { Sample } from '../../src/judge/timeline.ts';
import { fill } from '../../src/plan/placeholders.ts';
import { contradiction } from '../../src/watch/course.ts';

const { courses } = loadContract().data.async;
const filled = (name: string): Course => fill(courses[name] as Course, { free: 'available', kept: 'error' });

/** `list absent 0-10`: what was shown, and when it was read. */
const samples = (...lines: string[]): Sample[] =>
  lines.map(line => {
    const [observer = '', shown = '', window = ''] = line.split(' ');
    const [from = 0, to = from] = window.split('-').map(Number);
    return { observer, shown, from, to };
  });

const verdict = (course: string, ...lines: string[]) => {
  const found = contradiction(filled(course), samples(...lines));
  return found && `${found.sample.observer} ${found.sample.shown}, not ${found.allowed.join(' or ')}`;
};

describe('an attach', () => {
  test('as it should be', () => {
    const seen = ['list absent 0-5', 'volume available 5-9', 'list present 10-14', 'volume attaching 15-20'];
    expect(verdict('attach', ...seen, 'volume in-use 25-30', 'entry present 25-30', 'list present 30-35')).toBeNull();
  });

  test('in use before it is listed', () => {
    expect(verdict('attach', 'volume in-use 0-5', 'list absent 6-9')).toBe('list absent, not present');
  });

  test('two readings at overlapping moments contradict nothing', () => {
    expect(verdict('attach', 'volume in-use 0-5', 'list absent 4-9')).toBeNull();
    expect(verdict('attach', 'volume in-use 0-5', 'list absent 6-9')).not.toBeNull();
    expect(verdict('attach', 'list absent 0-9', 'volume in-use 4-9')).toBeNull();
  });

  test('a row that vanishes and comes back', () => {
    expect(verdict('attach', 'list present 0-1', 'list absent 2-3', 'list present 4-5')).toBe(
      'list present, not absent',
    );
  });

  test('a volume that goes back', () => {
    expect(verdict('attach', 'volume attaching 0-1', 'volume reserved 2-3')).toBe(
      'volume reserved, not attaching or in-use or available',
    );
  });

  test('an answer with a body says that the row is there, one without says nothing', () => {
    expect(verdict('attach', 'answer 200 5', 'list absent 6-7', 'list present 8-9')).toBe('list present, not absent');
    expect(verdict('attach', 'answer 202 5', 'list absent 6-7', 'list present 8-9')).toBeNull();
  });

  test('a status that no stage knows', () => {
    expect(verdict('attach', 'volume maintenance 0-1')).toMatch(/^volume maintenance, not available or reserved/);
  });

  test('a failure on the host, in its order and out of it', () => {
    const start = ['list present 0-1', 'volume attaching 1-2'];
    expect(verdict('attach', ...start, 'volume available 3-4', 'list absent 5-6', 'action Error 7-8')).toBeNull();
    expect(verdict('attach', ...start, 'list absent 3-4', 'volume attaching 5-6')).toBe(
      'volume attaching, not available',
    );
  });
});

test('a detach whose row is gone while the volume is detaching', () => {
  expect(verdict('detach', 'list absent 0-5', 'volume detaching 6-9')).toBe('volume detaching, not available');
});

describe.each(Object.keys(courses))('%s', name => {
  const course = filled(name);
  const names = Object.keys(course.stages);
  const followers = (stage: string) => course.stages[stage]?.then ?? names.slice(names.indexOf(stage) + 1).slice(0, 1);

  test('every stage can be come to', () => {
    const reached = new Set(names.slice(0, 1));
    for (const stage of reached) for (const next of followers(stage)) reached.add(next);
    expect([...reached].toSorted()).toEqual(names.toSorted());
  });

  test('no reading of a course that is gone through contradicts it', () => {
    const observers = [
      ...new Set(Object.values(course.stages).flatMap(({ shows }) => Object.keys(shows))),
    ] as Observer[];
    const choice = fc.nat(1e6);
    const times = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: names.length, maxLength: names.length });
    const readings = fc.array(
      fc.record({
        observer: fc.constantFrom(...observers),
        at: fc.nat(100),
        early: fc.nat(30),
        late: fc.nat(30),
        choice,
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(times, fc.array(choice, { minLength: names.length }), readings, (moments, choices, reads) => {
        const starts = moments.toSorted((a, b) => a - b);
        const path = names.slice(0, 1);
        for (const pick of choices) {
          const next = followers(path.at(-1) ?? '');
          if (next.length > 0) path.push(next[pick % next.length] ?? '');
        }
        const stageAt = (time: number) => path[Math.min(starts.filter(start => start <= time).length, path.length - 1)];
        const seen = reads.map(({ observer, at, early, late, choice: pick }): Sample => {
          const values = [course.stages[stageAt(at) ?? '']?.shows[observer] ?? 'anything'].flat();
          return { observer, shown: values[pick % values.length] ?? '', from: at - early, to: at + late };
        });
        expect(contradiction(course, seen)).toBeNull();
      }),
    );
  });
});
