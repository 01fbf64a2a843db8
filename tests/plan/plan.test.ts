import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import type { Case } from '../../src/plan/case.ts';
import { selectMicroversions } from '../../src/plan/microversions.ts';
import { contract, defaultPlan, plan } from './default-plan.ts';

const idsOf = (cases: Case[]) => cases.map(({ id }) => id);

/** How many cases have each key, by key. */
function count(key: (one: Case) => string, among: Case[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of among) counts[key(one)] = (counts[key(one)] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** What a change of the contract or of the engine did to the set of checks; `vitest -u` writes it anew. */
function overview(cases: Case[]): string {
  const versions = [...new Set(cases.map(({ microversion }) => microversion))];
  const suites = versions.map(version => {
    const counts = count(
      ({ suite }) => suite,
      cases.filter(one => one.microversion === version),
    );
    const text = Object.entries(counts).map(([suite, number]) => `${suite} ${number}`);
    return [version, text.join(', ')];
  });
  const levels = count(({ level }) => level, cases);
  const rules = count(({ rule }) => rule, cases);
  return `${JSON.stringify({ cases: cases.length, levels, suites: Object.fromEntries(suites), rules }, null, 2)}\n`;
}

test('the default plan is what was reviewed', async () => {
  await expect(overview(defaultPlan().cases)).toMatchFileSnapshot('./overview.json');
});

test('both sides of every boundary have cases, in ascending order', () => {
  const planned = [...new Set(defaultPlan().cases.map(({ microversion }) => microversion))];
  expect(planned).toEqual(selectMicroversions('boundaries', contract, { min: '2.1', max: contract.newest }));
});

test('the same selection gives the same plan', () => {
  const again = plan();
  expect(again.digest).toBe(defaultPlan().digest);
  expect(again.digest).toMatch(/^[0-9a-f]{64}$/);
  expect(isDeepStrictEqual(again.cases, defaultPlan().cases)).toBe(true);
});

test('another seed changes the random cases only', () => {
  const other = plan({ seed: 2 });
  expect(other.digest).not.toBe(defaultPlan().digest);
  expect(other.cases.map(({ id }) => id)).toEqual(defaultPlan().cases.map(({ id }) => id));
  const differing = other.cases.filter((one, index) => !isDeepStrictEqual(one, defaultPlan().cases[index]));
  const rules = new Set(differing.map(({ rule }) => rule));
  const random = ['attach.request.random', 'list.query.random', 'update.request.random'];
  expect(rules).toEqual(new Set([...random, 'history.settled', 'history.overlapping']));
});

test('a microversion has the same random cases, whatever else is selected', () => {
  const single = plan({ microversions: '2.60', suites: ['validation', 'queries'] }).cases;
  const known = new Map(defaultPlan().cases.map(one => [one.id, one]));
  const random = single.filter(({ rule }) => rule.endsWith('.random'));
  expect(random.length).toBeGreaterThan(5);
  for (const one of random) expect(one).toEqual(known.get(one.id));
});

test('ids are unique and name rule and microversion', () => {
  const { cases } = defaultPlan();
  expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
  const strange = cases.filter(
    ({ id, rule, microversion }) => !id.startsWith(rule) || !id.endsWith(`@${microversion}`),
  );
  expect(idsOf(strange)).toEqual([]);
});

test('cases are plain data', () => {
  const { cases } = defaultPlan();
  expect(isDeepStrictEqual(JSON.parse(JSON.stringify(cases)), cases)).toBe(true);
});

test('each request names its microversion, unless its rule is about that', () => {
  const others = defaultPlan().cases.filter(({ suite }) => !['microversions', 'precedence'].includes(suite));
  const silent = others.filter(
    ({ request, microversion }) => request.headers['OpenStack-API-Version'] !== `compute ${microversion}`,
  );
  expect(idsOf(silent)).toEqual([]);
});

test('each placeholder that a case leaves open is one that the stage fills in', () => {
  const own = ['server_id', 'volume_id', 'other_volume_id', 'unknown_id', 'project_id', 'free_device'];
  const known = new Set([...own, 'device', 'tag', 'attachment_id', 'bdm_uuid']);
  const open = new Set(
    defaultPlan().cases.flatMap(({ request, expect }) =>
      [...JSON.stringify([request, expect]).matchAll(/\{\{([^{}]+)\}\}/g)].map(([, name]) => name ?? ''),
    ),
  );
  expect([...open].filter(name => !known.has(name) && !name.startsWith('header:'))).toEqual([]);
});

test('refusals of calls that change something watch for traces', () => {
  const changing = new Set(['attach', 'update', 'detach']);
  const refused = defaultPlan().cases.filter(({ expect: wanted }) => wanted.status.every(status => status >= 400));
  const careless = refused.filter(
    ({ operation, watch, expect: wanted }) =>
      // Within a scenario other requests go on changing things, and a refusal may leave just what its rule names.
      watch === undefined &&
      wanted.shown === undefined &&
      wanted.effect !== (changing.has(operation) ? 'none' : undefined),
  );
  expect(idsOf(careless)).toEqual([]);
});

test('a single expected refusal has the key of its envelope, unless its body is not judged', () => {
  const wrong = defaultPlan().cases.filter(({ expect: { body, status, error } }) => {
    const keyed = body !== 'any' && status.length === 1 && (status[0] ?? 0) >= 400;
    return keyed ? !/^[a-zA-Z]+$/.test(error ?? '') : error !== undefined;
  });
  expect(idsOf(wrong)).toEqual([]);
});

test('each expected status is one that the operation declares, unless its body is not judged', () => {
  const versions = new Set(defaultPlan().cases.map(({ microversion }) => microversion));
  const declared = new Set(
    [...versions].flatMap(version =>
      contract
        .operationsAt(version)
        .flatMap(({ name, responses }) => responses.map(status => `${version} ${name} ${status}`)),
    ),
  );
  const undeclared = defaultPlan().cases.filter(
    ({ operation, microversion, expect: { body, status } }) =>
      body !== 'any' && !status.every(each => declared.has(`${microversion} ${operation} ${each}`)),
  );
  expect(idsOf(undeclared)).toEqual([]);
});

test('ten thousand cases and more are planned at once', () => {
  const { cases } = plan({ microversions: 'all' });
  expect(cases.length).toBeGreaterThan(10_000);
  expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
});
