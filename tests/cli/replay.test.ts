import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CommandBench, openCommandBench } from './bench.ts';
import { novaspec, type Outcome, startProcess } from './command.ts';

/** What finds a failed history of this fault, and nothing more. */
const found = {
  'seq-third-attach-refused': ['--persona', 'admin=novaspec-admin', '--case', 'history.settled[6]@*'],
  'race-two-winners': ['--case', 'race.attach-two-servers@2.1'],
};

/** Runs a script, which knows nothing but the environment, against a cloud. */
async function play(
  script: string,
  { folder, cloud, tokens, projects }: CommandBench,
  token: string = tokens.member,
): Promise<Outcome> {
  const answer = await fetch(`${cloud.url}/image/v2/images`, { headers: { 'x-auth-token': tokens.member } });
  const { images } = (await answer.json()) as { images: { id: string }[] };
  const env = {
    PATH: process.env.PATH,
    COMPUTE: `${cloud.url}/compute/v2.1`,
    VOLUME: `${cloud.url}/volume/v3/${projects.member}`,
    IMAGE: images[0]?.id ?? '',
    OS_TOKEN: token,
    OS_TOKEN_ADMIN: tokens.admin,
    LIMIT: '60',
    PAUSE: '0.1',
  };
  return startProcess('sh', [script], folder, env).ended;
}

// A run that looks for the shortest history takes its time on a busy machine.
const limitMs = 180_000;

test.each(Object.entries(found))(
  'the script of a failed history repeats it: %s',
  { timeout: limitMs },
  async (fault, selection) => {
    const faulty = await openCommandBench({ faults: [fault], delay: 'none' });
    const out = join(faulty.folder, 'out');
    const args = ['run', '--os-cloud', 'novaspec', '--suite', 'histories', ...selection, '--out', out];
    const run = await novaspec(args, faulty.folder, faulty.env);
    expect(run.stdout).toMatch(/ {2}replay +npx novaspec replay --os-cloud novaspec .*'?out#(history|race)/);
    expect(run.code).toBe(1);
    const [script = ''] = readdirSync(join(out, 'histories')).filter(name => name.endsWith('.sh'));
    expect(run.stdout).toContain(`  script  out/histories/${script}`);
    const path = join(out, 'histories', script);
    expect(Object.values(faulty.tokens).filter(token => readFileSync(path, 'utf8').includes(token))).toEqual([]);

    const [data = ''] = readdirSync(join(out, 'histories')).filter(name => name.endsWith('.json'));
    const { case: id, commands } = JSON.parse(readFileSync(join(out, 'histories', data), 'utf8')) as {
      case: string;
      commands: unknown[];
    };
    expect(commands.length).toBeLessThanOrEqual(6);
    const personas = selection[0] === '--persona' ? selection.slice(0, 2) : [];
    const replay = (name: string, { env, folder }: CommandBench) =>
      novaspec(['replay', name, '--os-cloud', 'novaspec', ...personas, '--out', join(folder, 'replayed')], folder, env);
    // Calls at the same moment need not meet each time.
    const isRace = id.startsWith('race.');
    const replayed = await untilFailed(isRace, () => replay(`out#${id}`, faulty));
    expect(replayed.code).toBe(1);
    if (!isRace) expect(failureOf(replayed, id)).toBe(failureOf(run, id));

    const again = await untilFailed(isRace, () => play(path, faulty));
    expect(again).toMatchObject({ code: 1, stdout: expect.stringContaining('FAILED AGAIN'), stderr: '' });
    expect(await faulty.leftovers()).toEqual([]);

    const correct = await openCommandBench({ delay: 'none' });
    expect(await play(path, correct)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('as the contract says'),
    });
    expect((await replay(join(out, 'histories', data), correct)).code).toBe(0);
    expect(await correct.leftovers()).toEqual([]);

    const lacking = await play(path, correct, '');
    expect(lacking).toMatchObject({ code: 2, stderr: 'could not be played: OS_TOKEN is not set\n' });
    expect(await play(path, correct, 'refused')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no server could be made: 401'),
    });
  },
);

/** Tries again what need not fail each time. */
async function untilFailed(isRace: boolean, attempt: () => Promise<Outcome>): Promise<Outcome> {
  let outcome = await attempt();
  for (let left = isRace ? 9 : 0; left > 0 && outcome.code === 0; left -= 1) outcome = await attempt();
  return outcome;
}

/** What a run says of a failed case, without the ids of its servers and volumes. */
function failureOf({ stdout }: Outcome, id: string): string | undefined {
  const line = stdout.split('\n').find(each => each.startsWith(`FAIL  ${id}`));
  return line?.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID');
}

test.each([
  ['nowhere.json', 'nowhere.json: cannot be read; name a history as FOLDER#CASE or by its file'],
  ['#history.settled[1]@2.104', ': cannot be read; name a history as FOLDER#CASE or by its file'],
  ['results#attach.success@2.1', 'results/report.json: no history in it failed'],
  ['text.json', 'text.json: is not JSON'],
  ['list.json', 'list.json: is no history of novaspec'],
  ['other.json', 'other.json: is no history of novaspec'],
  ['commands.json', 'commands.json: is no history of novaspec'],
  ['burst.json', 'burst.json: is no history of novaspec'],
])('replay of %s is refused in one line', async (name, message) => {
  const bench = await openCommandBench({ delay: 'none' });
  const history = { case: 'history.settled[1]@2.104', mode: 'settled', microversions: ['2.104'] };
  const write = (file: string, content: unknown) =>
    writeFileSync(join(bench.folder, file), typeof content === 'string' ? content : JSON.stringify(content));
  mkdirSync(join(bench.folder, 'results'));
  write('results/report.json', { cases: [{ id: 'attach.success@2.1' }] });
  write('text.json', 'history');
  write('list.json', []);
  write('other.json', { case: 'attach.success@2.1' });
  write('commands.json', { ...history, commands: [5] });
  write('burst.json', { ...history, mode: 'burst', commands: [{ step: 'pause', server: 0 }], together: 0 });
  expect(await novaspec(['replay', name], bench.folder, bench.env)).toMatchObject({
    code: 2,
    stderr: `novaspec: ${message}\n`,
  });
});

test.each([
  { step: 'dance', server: 0 },
  { ask: 'attach.sucess@2.104', server: 0, volume: 0 },
])('a history with what nobody knows is not played: %o', async command => {
  const bench = await openCommandBench({ delay: 'none' });
  const history = { case: 'history.settled[1]@2.104', mode: 'settled', microversions: ['2.104'], commands: [command] };
  writeFileSync(join(bench.folder, 'history.json'), JSON.stringify(history));
  const { code, stdout } = await novaspec(['replay', 'history.json'], bench.folder, bench.env);
  expect({ code, isSaid: stdout.includes('so it cannot be played again') }).toEqual({ code: 4, isSaid: true });
});
