import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Proof } from '../../src/prove/proof.ts';
import { type CommandBench, openCommandBench } from './bench.ts';
import { novaspec, start, temporaryFolder } from './command.ts';
import { startProxy } from './proxy.ts';

function proofIn(folder: string): Proof {
  return JSON.parse(readFileSync(join(folder, 'proof.json'), 'utf8')) as Proof;
}

const personas = ['reader', 'other', 'admin'].flatMap(name => ['--persona', `${name}=novaspec-${name}`]);

test('single faults are proved, and told in full', async () => {
  const folder = temporaryFolder();
  const words = ['--fault', 'list-20*', '--whole', 'all', '--good', '0', '--verbose', '--out', 'out'];
  const { code, stdout } = await novaspec(['prove', ...words], folder);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^list\.success@[\d.]+: expected 200, received 203$/m);
  expect(stdout).toMatch(/^ {2}again {3}npx novaspec prove --fault list-203 /m);
  const { mutants, summary, everyRule } = proofIn(join(folder, 'out'));
  expect(mutants).toMatchObject([{ id: 'list-203', release: '2026.2', silent: [], first: expect.any(String) }]);
  expect(mutants[0]?.others).toEqual(expect.any(Array));
  expect({ everyRule, whole: summary.whole }).toEqual({ everyRule: false, whole: 1 });
});

test.each([
  [['--fault', 'list-204'], "--fault: 'list-204' is not known, did you mean 'list-203'?"],
  [['--kind', 'stat'], "--kind: 'stat' is not known, did you mean 'state'?"],
  [['--good', '-1'], "option '--good <n>' argument '-1' is invalid"],
  [['--threads', '0'], "option '--threads <n>' argument '0' is invalid"],
  [['--os-cloud', 'x'], '--os-cloud goes with --mutants only'],
  [['--rule', 'x'], '--rule goes with --mutants only'],
  [['--mutants', 'nowhere', '--os-cloud', 'x'], '--mutants: nowhere is not there'],
  [['--mutants', 'empty', '--os-cloud', 'x'], '--mutants: empty names no target'],
  [['--mutants', 'empty'], '--mutants needs the target without a mistake too'],
  [['--mutants', 'empty', '--quick', '--os-cloud', 'x'], "--quick is about the embedded cloud's faults"],
  [['--mutants', 'broken', '--os-cloud', 'x'], '--mutants: broken/a.yaml: '],
  [['--mutants', 'odd', '--os-cloud', 'x'], '--mutants: odd/a.yaml: novaspec: expected sentence and kind as text'],
  [['--mutants', 'unknown', '--os-cloud', 'x'], '--mutants: a: there is no rule list.sucess'],
  [['--mutants', 'urls.txt', '--os-cloud', 'x'], "--mutants: urls.txt:2: expected a URL, found 'nova'"],
  [['--mutants', 'twice.txt', '--os-cloud', 'x'], '--mutants: two targets are named http://127.0.0.1:1/v2.1'],
])('bad input is refused in one line: %j', async (words, message) => {
  const folder = temporaryFolder();
  for (const name of ['empty', 'broken', 'odd', 'unknown']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'broken', 'a.yaml'), 'clouds: [');
  writeFileSync(join(folder, 'odd', 'a.yaml'), 'novaspec: { breaks: list.success }');
  writeFileSync(join(folder, 'unknown', 'a.yaml'), 'novaspec: { breaks: [list.sucess] }');
  writeFileSync(join(folder, 'urls.txt'), '# two\nnova\n');
  writeFileSync(join(folder, 'twice.txt'), 'http://127.0.0.1:1/v2.1\nhttp://127.0.0.1:1/v2.1 list.success\n');
  const { code, stderr, stdout } = await novaspec(['prove', ...words], folder);
  expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({ code: 2, stdout: '', lines: 1 });
  expect(stderr).toContain(message);
});

/** Clouds with these faults, none for null, as somebody else would bring them. */
async function strangers(faults: Record<string, string | null>): Promise<{ good: CommandBench; folder: string }> {
  const good = await openCommandBench();
  const folder = join(good.folder, 'mutants');
  mkdirSync(folder);
  for (const [name, fault] of Object.entries(faults)) {
    const { cloud } = await openCommandBench(fault === null ? {} : { faults: [fault] });
    const about = fault === null ? '' : `novaspec: { sentence: A mistake., kind: header, breaks: [headers.vary] }\n`;
    writeFileSync(join(folder, `${name}.yaml`), about + cloud.cloudsYaml());
  }
  return { good, folder };
}

test('targets of others are proved by runs of their own', async () => {
  const { good } = await strangers({ vary: 'header-vary-missing', fine: null });
  const words = [
    '--os-cloud',
    'novaspec',
    ...personas,
    '--suite',
    'headers',
    '--microversions',
    'latest',
    '--out',
    'out',
  ];
  const { code, stdout } = await novaspec(['prove', '--mutants', 'mutants', ...words], good.folder, good.env);
  expect(code).toBe(1);
  expect(stdout).toContain('not caught  fine: no rule found fault with it');
  const { mutants, good: runs, problems } = proofIn(join(good.folder, 'out'));
  expect(runs).toMatchObject([{ name: 'novaspec', alarms: [], errors: { count: 0 } }]);
  expect(problems).toHaveLength(1);
  const caught = mutants.find(({ id }) => id === 'vary');
  expect(caught).toMatchObject({ kind: 'header', sentence: 'A mistake.', silent: [], breaks: ['headers.vary'] });
  expect(caught?.alarms[0]?.text.join('\n')).toMatch(/rule .*\n.*source .*\n.*repeat/);
  // Each target keeps the reports of its run.
  expect(readFileSync(join(good.folder, 'out', 'vary', 'junit.xml'), 'utf8')).toContain('headers.vary');
  expect(await good.leftovers()).toEqual([]);
});

test('URLs are proved too, and one that does not answer is no proof', async () => {
  const good = await openCommandBench();
  const refuse = { status: 403, body: { forbidden: { code: 403, message: 'no token' } } };
  const proxy = await startProxy(good.cloud.url, {
    answer: ({ headers }) => (headers['x-auth-token'] === undefined ? refuse : undefined),
  });
  const compute = '/compute/v2.1';
  const list = [`${proxy}${compute} access.token.missing # a proxy`, '', `http://127.0.0.1:1${compute}`];
  writeFileSync(join(good.folder, 'urls.txt'), list.join('\n'));
  const words = ['--target', good.cloud.url + compute, '--rule', 'access.token.missing', '--microversions', 'latest'];
  const env = { OS_TOKEN: good.tokens.member };
  const { code, stdout } = await novaspec(
    ['prove', '--mutants', 'urls.txt', ...words, '--out', 'out'],
    good.folder,
    env,
  );
  expect(stdout).toMatch(/^no judgement {2}http:\/\/127\.0\.0\.1:1\/compute\/v2\.1: .*nothing listens on/m);
  expect(code).toBe(4);
  const [first] = proofIn(join(good.folder, 'out')).mutants.filter(({ trouble }) => trouble === null);
  expect(first).toMatchObject({ id: proxy + compute, silent: [], breaks: ['access.token.missing'] });
});

test('an interrupt ends a proof, which says so', async () => {
  const folder = temporaryFolder();
  const { child, ended, says } = start(
    ['prove', '--kind', 'state', '--whole', '0', '--good', '0', '--out', 'out', '--verbose'],
    folder,
  );
  await says('state-');
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  expect({ code, said: stdout.includes('INTERRUPTED (exit code 130)') }).toEqual({ code: 130, said: true });
  expect(proofIn(join(folder, 'out')).complete).toBe(false);
});
