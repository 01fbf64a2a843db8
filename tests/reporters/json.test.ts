import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect, test } from 'vitest';
import { renderJson } from '../../reporters/json.ts';
import type { Report, RuleFacts } from '../../src/report/model.ts';
import { makeHistory, makeHistoryCase, makeHistoryFailure, makeRecipes } from '../report/make-history.ts';
import {
  makeCase,
  makeDeviation,
  makeExchange,
  makeFailure,
  makeReport,
  makeResult,
  makeRun,
  makeTimeline,
  makeTiming,
} from '../report/make-report.ts';

const schemaText = readFileSync(new URL('../../schemas/report.schema.json', import.meta.url), 'utf8');
const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
formats.default(ajv);
const validate = ajv.compile(JSON.parse(schemaText));

const cases = ['pass', 'fail', 'waived', 'skipped', 'error', 'unjudged'].map(id => makeCase({ id }));
const results = [
  makeResult('pass', {
    findings: [makeDeviation({ level: 'informative' })],
    exchanges: [makeExchange()],
    timings: [makeTiming()],
  }),
  makeFailure('fail', { timings: [makeTiming()], timelines: [makeTimeline(), makeTimeline({ completed: null })] }),
  makeFailure('waived', { verdict: 'waived' }),
  makeResult('skipped', { verdict: 'skipped', skip: { reason: 'persona missing', detail: 'no reader' } }),
  makeResult('error', { verdict: 'error', message: 'quota' }),
];
const failure = makeHistoryFailure();
const played = makeRun([
  [makeHistoryCase({ id: 'one' }), makeFailure('one', { history: makeHistory({ failure, ended: ['no resize'] }) })],
  [makeHistoryCase({ id: 'two' }), makeResult('two', { history: { played: 3, commands: 6, requests: 40 } })],
]);
const mixed = makeReport({ cases, results: new Map(results.map(result => [result.id, result])), complete: false });

test.each<[string, Report]>([
  ['every verdict', mixed],
  ['histories', played],
  ['histories with scripts', { ...played, recipes: makeRecipes() }],
  ['a run that goes on', makeReport({ finishedAt: null, exitCode: null, complete: false })],
  ['a run that could not start', makeReport({ target: null, failure: 'connection refused', exitCode: 3 })],
  [
    'leftovers and an unknown persona',
    makeReport({
      leftovers: [{ kind: 'volume', id: '1', name: 'n', why: 'stuck' }],
      target: {
        name: 'x',
        compute: 'http://127.0.0.1/',
        volume: 'http://127.0.0.1/v3',
        microversions: { min: '2.1', max: '2.1' },
        personas: { reader: { roles: null, project: null } },
        features: [],
      },
    }),
  ],
])('follows the published schema: %s', (_, report) => {
  validate(JSON.parse(JSON.stringify(renderJson(report))));
  expect(validate.errors).toBeNull();
});

test('the schema describes every property and allows no other', () => {
  const undescribed: string[] = [];
  const open: string[] = [];
  // A reviver sees every object of a document.
  JSON.parse(schemaText, (key, value) => {
    if (value?.properties && value.additionalProperties !== false) open.push(key);
    for (const [name, property] of Object.entries<{ description?: string; $ref?: string }>(value?.properties ?? {})) {
      if (!property.description && !property.$ref) undescribed.push(name);
    }
    return value;
  });
  expect({ undescribed, open }).toEqual({ undescribed: [], open: [] });
});

test('evidence stands with the cases that did not pass, once', () => {
  const rendered = renderJson(mixed);
  const byId = new Map(rendered.cases.map(entry => [entry.id, entry]));
  expect(byId.get('pass')).not.toHaveProperty('exchanges');
  expect(byId.get('fail')).toMatchObject({
    verdict: 'fail',
    exchanges: [{ response: { status: 200, body: '{"volumeAttachment": {"id": "7f"}}' } }],
    startedAt: '2026-03-01T03:00:01.000Z',
    repeat: 'npx novaspec run --os-cloud devstack --case fail',
  });
  expect(JSON.stringify(byId.get('fail'))).not.toContain('"json"');
  expect(byId.get('unjudged')).toMatchObject({ verdict: 'unjudged' });
});

test('times stand with their case and in all, timelines as they are', () => {
  const { timings, cases } = renderJson(mixed);
  const accepted = { p50: 40, p95: 40, max: 40 };
  const completed = { p50: 310, p95: 310, max: 310 };
  expect(timings).toEqual([{ operation: 'attach', state: 'active', n: 2, accepted, completed, blur: 25 }]);
  const failed = cases.find(({ id }) => id === 'fail');
  expect(failed).toMatchObject({ timings: [makeTiming()], timelines: [makeTimeline(), { completed: null }] });
  expect(cases.find(({ id }) => id === 'error')).not.toHaveProperty('timings');
});

test('histories stand with their case and in all', () => {
  const { histories, cases } = renderJson({ ...played, recipes: makeRecipes() });
  expect(renderJson(mixed).histories).toBeNull();
  expect(histories).toMatchObject({ seeds: [7], played: 4, commands: 32, pairs: { total: 4, visited: 2 } });
  expect(cases[0]?.history).toMatchObject({
    coverage: { pairs: { 'active attach': 3, 'active list': 1 }, steps: { 'lock: active -> active': 2 } },
    failure: {
      commands: failure.plan,
      steps: [{ text: 'pause server 1' }, { exchange: { response: { status: 403 } } }],
      files: { json: 'histories/one.json', script: 'histories/one.sh' },
    },
  });
  expect(cases[0]?.history?.coverage?.pairs).not.toHaveProperty('paused attach');
  expect(cases[1]?.history).toEqual({ played: 3, commands: 6, requests: 40 });
});

test('only rules of the plan are explained', () => {
  const other: RuleFacts = { sentence: 'Another.', level: 'required', source: [] };
  const planned = makeCase();
  const report = makeRun([[planned, makeResult(planned.id)]]);
  const rendered = renderJson({ ...report, rules: { ...report.rules, 'other.rule': other } });
  expect(Object.keys(rendered.rules)).toEqual([planned.rule]);
  expect(rendered.verdict).toBe('conforming');
});
