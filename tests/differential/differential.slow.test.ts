import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadContract } from '../../src/contract/load.ts';
import { packageRoot } from '../../src/root.ts';
import { compare } from './compare.ts';
import { differ } from './differ.ts';
import { differencesDocument } from './document.ts';
import { explain, readKnown } from './known.ts';
import { parts } from './play.ts';
import { profiles, recordingFile } from './profiles.ts';
import { readRecording } from './recording.ts';
import { scrubberFor } from './scrub.ts';

const words = (each: string) => each.split(/\s+/);
const one = (name: string, answer: object) => new Map([[name, answer]]);
const course = (...server: string[]) => one('s', { course: { server } });
const difference = (what: string, step = 's') => ({ step, what, real: '', embedded: '' });
const differs = (seen: string[], whole: string[]) => compare(course(...seen), course(...whole), 'scenes').length > 0;
/** Explanations that explained something. */
const needed = new Set<string>();

describe.each(profiles)('beside $cloud', profile => {
  test.each(parts)('the embedded cloud answers %s alike', { timeout: 300_000 }, async part => {
    // Cases at the first microversion of each class, for the oldest cloud at both ends; `npm run differential` compares all.
    const { classes, oldest } = loadContract();
    const versions = new Set([...(profile === profiles[0] ? [oldest] : classes), profile.max]);
    const wanted = (_: string, microversion: string) => part === 'scenes' || versions.has(microversion);
    const real = new Map(
      [...readRecording(recordingFile(profile, part))].filter(([step]) => wanted(step, step.replace(/^.*@/s, ''))),
    );
    const { unexplained, counts, problems } = await differ(profile, part, real, wanted);
    for (const [id, count] of counts) if (count > 0) needed.add(id);
    expect(problems).toEqual([]);
    expect(unexplained).toEqual([]);
  });
});

test('each explanation is needed', () => {
  expect(readKnown().filter(({ id }) => !needed.has(id))).toEqual([]);
});

test('what differs is told, and nothing else', () => {
  const text = readFileSync(join(packageRoot, 'docs', 'differences.md'), 'utf8');
  expect(words(text)).toEqual(words(differencesDocument(readKnown())));
});

describe('a difference', () => {
  const real = {
    status: 200,
    headers: { vary: 'X' },
    body: { '$.a': 'null', '$.list': 'array', '$.list[].b': 'string' },
  };
  const whats = (embedded: object, part: (typeof parts)[number] = 'scenes') =>
    compare(one('s', real), one('s', embedded), part).map(({ what }) => what);

  test('is any other status, header, key, type or text', () => {
    expect(whats(real)).toEqual([]);
    expect(whats({ ...real, status: 201, headers: {} })).toEqual(['status']);
    expect(whats({ ...real, headers: {} })).toEqual(['header vary']);
    expect(whats({ ...real, headers: { ...real.headers, age: '1' } })).toEqual(['header age']);
    expect(whats({ ...real, body: { ...real.body, '$.a': 'string' } })).toEqual(['body $.a']);
    expect(whats({ ...real, body: { ...real.body, '$.c': 'null' } })).toEqual(['body $.c']);
    expect(whats({ ...real, text: 'no' })).toEqual(['text']);
    expect(compare(one('s', real), new Map(), 'scenes').map(({ what }) => what)).toEqual(['not asked']);
  });

  test('of a case is none where the real cloud itself shows both', () => {
    const none = { ...real, body: { '$.a': 'null', '$.list': 'empty' } };
    expect(whats(none)).toEqual(['body $.list', 'body $.list[].b']);
    expect(whats(none, 'cases')).toEqual(['body $.list']);
    const both = new Map([...one('s', real), ...one('t', none)]);
    expect(compare(both, new Map([...one('s', none), ...one('t', none)]), 'cases')).toEqual([]);
  });

  test('of a course is what the embedded cloud never shows', () => {
    expect(differs(['BUILD', 'ACTIVE'], ['BUILD', 'networking', 'ACTIVE'])).toBe(false);
    expect(differs(['BUILD', 'spawning', 'ACTIVE'], ['BUILD', 'networking', 'ACTIVE'])).toBe(true);
    expect(differs(['ACTIVE', 'BUILD'], ['BUILD', 'ACTIVE'])).toBe(true);
    expect(differs(['BUILD'], ['BUILD', 'ACTIVE'])).toBe(true);
  });

  test('is explained by what fits it alone', () => {
    const known = [
      { id: 'a', area: '', difference: '', reason: '', what: ['header connection'] },
      {
        id: 'b',
        area: '',
        difference: '',
        reason: '',
        what: ['body $.list[]*'],
        steps: ['lists@*'],
        clouds: ['Nova 26'],
      },
    ];
    const left = (cloud: string, what: string, step?: string) =>
      explain(cloud, [difference(what, step)], known).unexplained.length;
    expect(left('Nova 34', 'header connection')).toBe(0);
    expect(left('Nova 34', 'header connections')).toBe(1);
    expect(left('Nova 26', 'body $.list[].b', 'lists@2.1: show')).toBe(0);
    expect(left('Nova 34', 'body $.list[].b', 'lists@2.1: show')).toBe(1);
    expect(left('Nova 26', 'body $.list[].b', 'others@2.1: show')).toBe(1);
  });
});

test('a recording holds no ids, tokens, times or addresses', () => {
  const own = scrubberFor({ compute: 'http://nova:8774/v2.1' }, { tiny: '<image>' });
  const text =
    'http://nova:8774/v2.1/servers/0d9b2f4e-3c71-4a58-9e06-7b1f5c8a2d43 tiny 2026-01-02T03:04:05Z req-0d9b2f4e-3c71-4a58-9e06-7b1f5c8a2d43';
  expect(own.text(text)).toBe('<compute>/servers/<uuid> <image> <time> <req>-<uuid>');
  for (const profile of profiles) {
    for (const part of parts) {
      const file = readFileSync(recordingFile(profile, part), 'utf8');
      expect(file).not.toMatch(/gAAAAA|T\d\d:\d\d:\d\d|127\.0\.0\.1|localhost/);
    }
  }
});
