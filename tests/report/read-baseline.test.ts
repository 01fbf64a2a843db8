import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadContract } from '../../src/contract/load.ts';
import { readBaseline } from '../../src/report/read-baseline.ts';
import { temporaryFolder } from '../cli/command.ts';

const contract = loadContract();
const today = Date.parse('2027-03-31T23:00:00Z');

function read(text: string) {
  const file = join(temporaryFolder(), 'baseline.yaml');
  writeFileSync(file, text);
  return readBaseline(file, contract, { seed: 1 }, today);
}

/** The lines of what is wrong, without the folder. */
function faults(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    return (error as Error).message.split('\n').map(line => line.replace(/^.*?(baseline\.yaml)/, '$1'));
  }
  return [];
}

test('a baseline holds waivers of rules, families, cases and patterns, with what else is said of them', () => {
  const { file, waivers } = read(`# known failures
waivers:
  - rule: attach.state
    reason: vendor bug 1234, fixed in 35.1
    link: https://bugs.example.org/1234
    expires: 2027-03-31
    when: { microversions: 2.60, max: '-2.96' }
  - case: list.success@2.50
    reason: |
      two
      lines
  - case: 'attach.success@*'
    reason: 供应商
`);
  expect(waivers).toEqual([
    {
      file,
      line: 3,
      kind: 'rule',
      name: 'attach.state',
      reason: 'vendor bug 1234, fixed in 35.1',
      link: 'https://bugs.example.org/1234',
      expires: '2027-03-31',
      // As it was written, not as the number 2.6.
      microversions: [{ from: '2.60', to: '2.60' }],
      max: [{ to: '2.96' }],
    },
    { file, line: 8, kind: 'case', name: 'list.success@2.50', reason: 'two lines', microversions: null, max: null },
    { file, line: 12, kind: 'case', name: 'attach.success@*', reason: '供应商', microversions: null, max: null },
  ]);
});

test('one of two conditions may hold for the same rule', () => {
  const text = `waivers:
  - { rule: list.success, reason: one, when: { max: -2.96 } }
  - { rule: list.success, reason: two, when: { max: 2.97- } }
  - { case: list.success@2.1, reason: three }
`;
  expect(faults(text)).toEqual([]);
});

test('everything that is wrong is told at once, each with its line and what to do', () => {
  const text = `waivers:
  - rul: attach.tag
    reason: misspelt
  - rule: attach.stat
    reason: no such rule
  - rule: list.success
    case: list.success@2.1
    reason: both
  - reason: neither
  - rule: list.success
  - rule: list.success
    reason: TODO ask
  - rule: list.success
    reason: ...
  - rule: list.success
    reason:
  - rule: list.success
    reason: 1234
  - rule: list.success
    reason: vendor bug
    link: ftp://bugs.example.org
  - rule: list.success
    reason: vendor bug
    expires: 2027-02-30
  - rule: list.success
    reason: vendor bug
    expires: 2027-03-30
  - rule: list.success
    reason: vendor bug
    when: { microversions: 2.70-2.60 }
  - rule: attach.flag
    reason: vendor bug
    when: { microversions: 2.1-2.20 }
  - rule: list.success
    reason: vendor bug
    when: { release: 35.1 }
  - case: list.succes@2.1
    reason: no such case
  - case: list.success@2.999
    reason: no such microversion
  - nothing
  - rule: headers.vary
    reason: one
  - rule: headers.vary
    reason: two
    when: { microversions: 2.60- }
`;
  expect(faults(text)).toEqual([
    expect.stringMatching(/^baseline\.yaml:2: waivers: 'rul' is not known, did you mean 'rule'\?; known: rule, case, /),
    "baseline.yaml:4: rule: 'attach.stat' is not known, did you mean 'attach.state'?",
    'baseline.yaml:7: a waiver is of a rule or of a case; this one names both',
    'baseline.yaml:9: a waiver is of a rule or of a case; this one names neither',
    'baseline.yaml:10: the waiver of list.success has no reason: say why it is accepted',
    'baseline.yaml:12: the waiver of list.success has no reason: say why it is accepted',
    'baseline.yaml:14: the waiver of list.success has no reason: say why it is accepted',
    'baseline.yaml:16: the waiver of list.success has no reason: say why it is accepted',
    'baseline.yaml:18: waivers.8.reason: must be string, not 1234',
    expect.stringMatching(/^baseline\.yaml:21: waivers\.9\.link: must match pattern "\^https\?:\/\/", not "ftp:/),
    "baseline.yaml:24: waivers.10.expires: '2027-02-30' is no date (YYYY-MM-DD)",
    'baseline.yaml:27: the waiver of list.success expired on 2027-03-30: renew it or remove it',
    'baseline.yaml:30: when.microversions: the range 2.70-2.60 runs backwards',
    'baseline.yaml:31: rule: attach.flag has no case at the microversions of its condition',
    "baseline.yaml:36: when: 'release' is not known, did you mean 'max'?; known: microversions, max",
    "baseline.yaml:37: case: 'list.succes@2.1' is not known, did you mean 'list.success@2.1'?",
    expect.stringMatching(
      /^baseline\.yaml:39: case: 'list\.success@2\.999' is not known, did you mean 'list\.success@2/,
    ),
    expect.stringMatching(/^baseline\.yaml:41: waivers\.17: must be object, not "nothing"$/),
    'baseline.yaml:44: rule: headers.vary is waived already in line 42',
  ]);
});

test.each([
  ['', /^baseline\.yaml:1: must be object, not null$/],
  ['waivers:\n', /^baseline\.yaml:1: waivers: must be array, not null$/],
  ['waiver: []\n', /^baseline\.yaml:1: key: 'waiver' is not known, did you mean 'waivers'\?/],
  ['waivers:\n  - rule: [\n', /^baseline\.yaml:\d: /],
])('a file that is none at all is told in one line: %j', (text, line) => {
  expect(faults(text)).toEqual([expect.stringMatching(line)]);
});

test('a file that is not there is told by its name', () => {
  expect(() => readBaseline('nowhere/baseline.yaml', contract, { seed: 1 }, today)).toThrow(
    'nowhere/baseline.yaml: cannot be read: there is no such file',
  );
});
