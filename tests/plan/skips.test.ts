import { describe, expect, test } from 'vitest';
import type { Capabilities } from '../../src/plan/capabilities.ts';
import { everything } from '../../src/plan/capabilities.ts';
import type { Case } from '../../src/plan/case.ts';
import type { Selection } from '../../src/plan/selection.ts';
import { contract, plan } from './default-plan.ts';

const full = everything(contract);
const cases = (changes: Partial<Selection>, target: Partial<Capabilities> = {}) => plan(changes, target).cases;
const skipsOf = (some: Case[]) => [...new Set(some.map(({ skip }) => skip?.reason))];
const details = (some: Case[]) => [...new Set(some.map(({ skip }) => skip?.detail))];
const without = (persona: string) =>
  Object.fromEntries(Object.entries(full.personas).filter(([name]) => name !== persona));
const missing = (feature: string) => ({ features: full.features.filter(name => name !== feature) });

/** Whether a situation takes a volume that exists. */
const real = (situation?: string) => situation !== undefined && !['unknown', 'malformed'].includes(situation);

/** No target has what holds for older releases alone, and what holds for newer ones. */
const ofNoOldRelease = (some: Case[]) =>
  some.filter(({ watch }) => contract.data.async.scenarios[watch?.scenario ?? '']?.target === undefined);

test('a target that offers everything skips nothing', () => {
  expect(skipsOf(ofNoOldRelease(cases({ microversions: '2.1,2.84,2.101' })))).toEqual([undefined]);
});

describe('persona missing', () => {
  test.each(['reader', 'other', 'admin'])('no cloud was given for %s', persona => {
    const all = cases({ microversions: '2.104' }, { personas: without(persona) });
    const skipped = all.filter(({ skip }) => skip?.reason === 'persona missing');
    expect(skipped.length).toBeGreaterThan(0);
    expect(details(skipped)).toEqual([`${persona}: no cloud was given for it: --persona ${persona}=NAME`]);
    const users = all.filter(one => one.persona === persona);
    expect(users.every(({ skip }) => skip)).toBe(true);
  });

  test('a volume of another project needs its owner', () => {
    const [one] = cases(
      { microversions: '2.104', rules: ['attach.volume.other-project'] },
      { personas: without('other') },
    );
    expect(one).toMatchObject({ persona: 'member', skip: { reason: 'persona missing', detail: /^other: / } });
  });

  test.each([
    ['reader', ['reader', 'member'], 'has the role member, which is more than reader may have'],
    ['reader', [], 'lacks the role reader (it has none)'],
    ['admin', ['member'], 'lacks the role admin (it has member)'],
    ['other', ['member', 'admin'], 'has the role admin, which is more than other may have'],
  ])('%s with the roles %j', (persona, roles, reason) => {
    const all = cases({ microversions: '2.104' }, { personas: { ...full.personas, [persona]: { roles } } });
    const skipped = all.filter(({ skip }) => skip?.reason === 'persona missing');
    expect(details(skipped)).toEqual([`${persona}: the cloud given for ${persona} ${reason}`]);
  });

  test('roles that nobody can know are believed, and the main cloud may be anyone’s', () => {
    const personas = { ...full.personas, reader: { roles: null }, member: { roles: ['admin'] } };
    expect(skipsOf(ofNoOldRelease(cases({ microversions: '2.104' }, { personas })))).toEqual([undefined]);
  });
});

describe('state unreachable', () => {
  test('a situation that only an administrator can bring about', () => {
    const all = cases({ microversions: '2.79' }, { personas: without('admin') });
    const skipped = all.filter(({ skip }) => skip?.reason === 'state unreachable');
    expect(new Set(skipped.map(({ given: { state, volume } }) => state ?? volume))).toEqual(
      new Set(['error', 'never_launched', 'in_error']),
    );
    expect(
      details(skipped).every(detail => detail?.includes('admin: no cloud was given for it: --persona admin=NAME')),
    ).toBe(true);
  });

  test('a step that some clouds take by themselves does not count', () => {
    const offloaded = cases(
      { microversions: '2.104', rules: ['list.state.shelved_offloaded'] },
      { personas: without('admin') },
    );
    expect(skipsOf(offloaded)).toEqual([undefined]);
  });
});

describe('microversion out of range', () => {
  const range = { microversions: { min: '2.40', max: '2.90' } };

  test('below and above the target, and nowhere else', () => {
    const all = cases({ microversions: '2.20,2.49,2.79,2.101' }, range).filter(({ suite }) => suite === 'shapes');
    const [outside, inside] = [true, false].map(wanted =>
      all.filter(({ microversion }) => ['2.20', '2.101'].includes(microversion) === wanted),
    );
    expect(skipsOf(outside ?? [])).toEqual(['microversion out of range']);
    expect(details(outside ?? [])).toEqual(['the target offers 2.40 to 2.90']);
    expect(skipsOf(inside ?? [])).toEqual([undefined]);
  });

  test('rules about an end run at the ends of what the target offers', () => {
    const microversions = '2.20,2.40,2.79,2.90,2.101';
    const ends = cases({ microversions, rules: ['version.malformed'] }, range);
    expect([...new Set(ends.map(({ microversion }) => microversion))]).toEqual(['2.40', '2.90']);
    const [latest] = cases({ microversions, rules: ['version.latest'] }, range);
    expect(latest?.id).toBe('version.latest[list]@2.90');
    expect(latest?.expect.headers?.['OpenStack-API-Version']).toBe('^compute 2\\.90$');
  });

  test('a target that knows nothing of the contract has a plan of skips', () => {
    const all = cases({ microversions: '2.1,2.104' }, { microversions: { min: '3.0', max: '3.7' } });
    expect(all.length).toBeGreaterThan(100);
    expect(skipsOf(all)).toEqual(['microversion out of range']);
  });

  test('a rule of newer releases', () => {
    const target = { microversions: { min: '2.1', max: '2.93' } };
    const [one] = cases({ microversions: '2.79', rules: ['attach.access.reader'] }, target);
    expect(one?.skip).toEqual({
      reason: 'microversion out of range',
      detail: 'the rule holds for releases whose maximum microversion is >=2.95; this target ends at 2.93',
    });
  });
});

describe('capability missing', () => {
  test.each([
    ['multiattach volume type', 'attach.multiattach'],
    ['caller is not admin', 'update.swap.member'],
    ['project id', 'request.project-url.own'],
    ['volume creation', 'detach.root'],
    ['volume creation', 'attach.volume.other-project'],
    ['volume service', 'detach.success'],
    ['volume service', 'show.success'],
  ])('%s is needed by %s', (feature, rule) => {
    const all = cases({ microversions: '2.101', rules: [rule] }, missing(feature));
    expect(skipsOf(all)).toEqual(['capability missing']);
    const enabler = contract.documentAt('2.1')['x-novaspec'].capabilities[feature];
    expect(details(all)).toEqual([`${feature}: needs ${enabler}`]);
  });

  test('what needs no volume runs without a volume service', () => {
    const all = cases({ microversions: '2.104' }, { features: [] });
    const judged = all.filter(({ skip }) => !skip);
    expect(judged.length).toBeGreaterThan(50);
    expect(judged.filter(({ given }) => real(given.volume) || real(given.other))).toEqual([]);
  });
});

describe('answers that depend on the release', () => {
  test.each([
    ['2.93', [400]],
    ['2.95', [400]],
    ['2.96', [400, 409]],
    ['2.100', [400, 409]],
    ['2.101', [409]],
    ['2.104', [409]],
  ])('of a target that ends at %s', (max, status) => {
    const target = { microversions: { min: '2.1', max } };
    const [one] = cases({ microversions: '2.79', rules: ['update.swap.other.unknown'] }, target);
    expect(one?.expect.status).toEqual(status);
  });
});
