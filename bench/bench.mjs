// @ts-check
// Measures novaspec on this machine: npm run bench -- [--json FILE] [--rounds N]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measuredProcess } from './measured-process.mjs';
import { schemasFor } from './plain.mjs';
import { Recorder } from './recorder.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const main = join(root, 'dist', 'src', 'cli', 'main.js');
/** Cases at once: the default of `novaspec run`, and how many requests the replay has in flight. */
const concurrency = 16;

/** Suites of single requests: nothing in them is watched for its own sake, so that what counts is what exchanges cost. */
const singleRequests = ['validation', 'errors', 'queries', 'shapes', 'headers', 'microversions', 'precedence'];
/** Selections of them with about 1,000, 10,000 and 30,000 cases. */
const growth = ['2.59-2.61', '2.45-2.79', 'all'];

const { values: options } = parseArgs({
  options: { json: { type: 'string' }, rounds: { type: 'string', default: '5' } },
});
const rounds = Array.from({ length: Number(options.rounds) });
const folder = await mkdtemp(join(tmpdir(), 'novaspec-bench-'));
try {
  const results = {
    machine: { node: process.version, platform: `${process.platform} ${process.arch}`, cores: availableParallelism() },
    rounds: rounds.length,
    load: loadavg()[0]?.toFixed(1),
    defaultRun: await defaultRun(),
    firstCase: await firstCase(),
    wholeRun: await perExchange([]),
    singleRequests: await perExchange(singleRequests.flatMap(suite => ['--suite', suite])),
    growth: await growing(),
    list: await list([]),
    listAll: await list(['--microversions', 'all']),
  };
  process.stdout.write(table(results));
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(results, null, 2)}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** The default run: embedded cloud in the same process, all boundaries. */
async function defaultRun() {
  const runs = await inTurn(() => conformingRun([]));
  const { cases } = await report();
  return {
    wallMs: median(runs.map(({ wallMs }) => wallMs)),
    cpuMs: median(runs.map(({ cpuMs }) => cpuMs)),
    peakMb: median(runs.map(({ peakMb }) => peakMb)),
    cases: cases.length,
  };
}

/** From the start of `novaspec` and of `npx novaspec` to the line of the first judged case; the run is interrupted there. */
async function firstCase() {
  // As in the folder of a project that has novaspec among its dependencies.
  const project = join(folder, 'project');
  await mkdir(join(project, 'node_modules', '.bin'), { recursive: true });
  await symlink(root, join(project, 'node_modules', 'novaspec'));
  await symlink(
    join('..', 'novaspec', 'dist', 'src', 'cli', 'main.js'),
    join(project, 'node_modules', '.bin', 'novaspec'),
  );
  await writeFile(join(project, 'package.json'), '{}');
  const npx = join(dirname(process.execPath), 'npx');
  const args = ['run', '--verbose', '--out', join(folder, 'first')];
  return {
    warm: median(await inTurn(() => untilFirstCase(process.execPath, [main, ...args], project))),
    npx: median(await inTurn(() => untilFirstCase(npx, ['--no-install', 'novaspec', ...args], project))),
    cold: dropsCaches()
      ? median(await inTurn(() => dropsCaches() && untilFirstCase(process.execPath, [main, ...args], project)))
      : null,
  };
}

/** Whether the files that were read are forgotten, which the system lets root do. */
function dropsCaches() {
  try {
    writeFileSync('/proc/sys/vm/drop_caches', '3');
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 * @returns {Promise<number>}
 */
async function untilFirstCase(command, args, cwd) {
  const start = performance.now();
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  let judgedAt = 0;
  let output = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    output += text;
    if (judgedAt > 0 || !/^pass /m.test(output)) return;
    judgedAt = performance.now() - start;
    // npx passes no signal on, so its whole group gets one.
    process.kill(-(child.pid ?? 0), 'SIGINT');
  });
  await once(child, 'close');
  if (judgedAt === 0) throw new Error(`no case was judged:\n${output}`);
  return judgedAt;
}

/**
 * What a selection of the plan costs in CPU and wall time, for each exchange and each case, beyond what a run of a single case
 * costs; and what its requests cost that are sent again and get the same answers: by supertest alone, by undici alone, and in plain
 * vitest tests, as many as there were cases. The cloud is a process of its own.
 * @param {string[]} selection
 */
async function perExchange(selection) {
  const ready = join(folder, 'clouds.yaml');
  await rm(ready, { force: true });
  const cloud = spawn(process.execPath, [main, 'cloud', '--ready-file', ready], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const recorder = new Recorder();
  try {
    // The file is written once the cloud answers.
    while (!existsSync(ready)) await sleep(20);
    const clouds = await readFile(ready, 'utf8');
    const upstream = /http:\/\/127\.0\.0\.1:\d+/.exec(clouds)?.[0] ?? '';
    const through = join(folder, 'through-recorder.yaml');
    await writeFile(through, clouds.replaceAll(upstream, await recorder.start(upstream)));
    return await compare(recorder, through, selection);
  } finally {
    recorder.stop();
    cloud.kill();
    await once(cloud, 'exit');
  }
}

/**
 * @param {Recorder} recorder
 * @param {string} clouds
 * @param {string[]} selection
 */
async function compare(recorder, clouds, selection) {
  const cloud = ['reader', 'other', 'admin'].flatMap(name => ['--persona', `${name}=novaspec-${name}`]);
  // Readings wait for their turn where the cloud is not the embedded one; here nobody is spared by that.
  cloud.push('--os-cloud', 'novaspec', '--poll-rate', '1000', '--reporter', 'terminal');
  const env = { OS_CLIENT_CONFIG_FILE: clouds };
  const sent = join(folder, 'requests.json');
  const costs = await inTurn(async () => {
    recorder.record();
    const one = await conformingRun([...cloud, '--rule', 'attach.volume.unknown', '--microversions', '2.1'], env);
    const ofOne = recorder.requests.length;
    recorder.record();
    const run = await conformingRun([...cloud, ...selection], env);
    const { requests } = recorder;
    const cases = (await report()).cases.length;
    await writeFile(sent, JSON.stringify(requests));
    const supertest = await replayed(recorder, 'supertest', sent);
    const undici = await replayed(recorder, 'undici', sent);
    const plain = await plainTests(recorder, requests, cases);
    return {
      requests: requests.length,
      cases,
      startMs: one.cpuMs,
      novaspec: per(run.cpuMs - one.cpuMs, run.wallMs - one.wallMs, requests.length - ofOne),
      case: ((run.cpuMs - one.cpuMs) * 1000) / cases,
      supertest: per(supertest.cpuMs, supertest.wallMs, requests.length),
      undici: per(undici.cpuMs, undici.wallMs, requests.length),
      plain: per(plain.cpuMs, plain.wallMs, requests.length),
    };
  });
  /** @param {(cost: (typeof costs)[number]) => number} of */
  const middle = of => median(costs.map(of));
  /** @param {'novaspec' | 'supertest' | 'undici' | 'plain'} who */
  const both = who => ({ cpuUs: middle(cost => cost[who].cpuUs), wallUs: middle(cost => cost[who].wallUs) });
  return {
    requests: middle(({ requests }) => requests),
    cases: middle(({ cases }) => cases),
    startMs: middle(({ startMs }) => startMs),
    caseUs: middle(cost => cost.case),
    novaspec: both('novaspec'),
    supertest: both('supertest'),
    undici: both('undici'),
    plain: both('plain'),
    cpuRatio: middle(({ novaspec, supertest }) => novaspec.cpuUs / supertest.cpuUs),
    wallRatio: middle(({ novaspec, supertest }) => novaspec.wallUs / supertest.wallUs),
    plainCpuRatio: middle(({ novaspec, plain }) => novaspec.cpuUs / plain.cpuUs),
    plainWallRatio: middle(({ novaspec, plain }) => novaspec.wallUs / plain.wallUs),
  };
}

/**
 * @param {number} cpuMs
 * @param {number} wallMs
 * @param {number} count
 */
function per(cpuMs, wallMs, count) {
  return { cpuUs: (cpuMs * 1000) / count, wallUs: (wallMs * 1000) / count };
}

/**
 * @param {Recorder} recorder
 * @param {'supertest' | 'undici'} client
 * @param {string} sent
 */
async function replayed(recorder, client, sent) {
  recorder.replay();
  const args = [fileURLToPath(new URL('replay.mjs', import.meta.url)), client, recorder.url, sent, String(concurrency)];
  const { code, output } = await measuredProcess(args);
  if (code !== 0 || recorder.left > 0) throw new Error(`${client}: ${recorder.left} requests were not sent again`);
  const [cpuMs = Number.NaN, wallMs = Number.NaN] = output.split(' ').map(Number);
  return { cpuMs, wallMs };
}

/**
 * The same requests in plain vitest tests, without what vitest costs for a single one.
 * @param {Recorder} recorder
 * @param {import('./recorder.mjs').RecordedRequest[]} requests
 * @param {number} tests
 */
async function plainTests(recorder, requests, tests) {
  const file = join(folder, 'plain.json');
  const { documents, schemas } = schemasFor(main, requests);
  /** @param {import('./recorder.mjs').RecordedRequest[]} some */
  const run = async some => {
    await writeFile(
      file,
      JSON.stringify({
        origin: recorder.url,
        concurrency,
        tests: Math.min(tests, some.length),
        requests: some,
        documents,
        schemas,
      }),
    );
    recorder.replay();
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const config = fileURLToPath(new URL('plain.config.mjs', import.meta.url));
    const cost = await measuredProcess([vitest, 'run', '--config', config, '--root', root], {
      env: { NOVASPEC_BENCH_PLAIN: file },
    });
    if (cost.code !== 0) throw new Error(`plain tests ended with ${cost.code}:\n${cost.output.slice(-2000)}`);
    return cost;
  };
  const one = await run([]);
  const all = await run(requests);
  if (recorder.left > 0) throw new Error(`plain tests: ${recorder.left} requests were not sent again`);
  return { cpuMs: all.cpuMs - one.cpuMs, wallMs: all.wallMs - one.wallMs };
}

/** What more and more cases cost; each selection once. */
async function growing() {
  const rows = [];
  for (const microversions of growth) {
    const selection = ['--microversions', microversions, ...singleRequests.flatMap(suite => ['--suite', suite])];
    const { wallMs, cpuMs, peakMb } = await conformingRun(selection);
    rows.push({ cases: (await report()).cases.length, wallMs, cpuMs, peakMb });
  }
  return rows;
}

/** @param {string[]} args */
async function list(args) {
  const runs = await inTurn(() => measuredProcess([main, 'list', ...args]));
  const cases = Number(/^(\d+) cases/m.exec(runs[0]?.output ?? '')?.[1]);
  return { wallMs: median(runs.map(({ wallMs }) => wallMs)), cases };
}

/**
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
async function conformingRun(args, env = {}) {
  const cost = await measuredProcess([main, 'run', '--out', join(folder, 'run'), ...args], { env });
  if (cost.code !== 0) throw new Error(`the run ended with ${cost.code}:\n${cost.output}`);
  return cost;
}

async function report() {
  return JSON.parse(await readFile(join(folder, 'run', 'report.json'), 'utf8'));
}

/**
 * @template T
 * @param {() => Promise<T>} once
 * @returns {Promise<T[]>}
 */
async function inTurn(once) {
  const results = [];
  for (const _ of rounds) results.push(await once());
  return results;
}

/** @param {number[]} values */
function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** @param {number} ms */
function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** @param {any} results */
function table({
  machine,
  rounds: count,
  load,
  defaultRun: run,
  firstCase: first,
  wholeRun,
  singleRequests: single,
  growth: rows,
  list: plan,
  listAll,
}) {
  const general = [
    ['what', 'measured', 'target'],
    ['---', '---', '---'],
    ['default run: wall', seconds(run.wallMs), '< 30 s'],
    ['default run: CPU, with the cloud', seconds(run.cpuMs), ''],
    ['default run: peak memory', mb(run.peakMb), '< 600 MB'],
    ['default run: cases', String(run.cases), ''],
    ['`node main.js` to the first judged case, warm', seconds(first.warm), ''],
    ['`npx novaspec` to the first judged case, warm', seconds(first.npx), '<= 1 s'],
    ['the first without files in the cache', first.cold === null ? 'not root' : seconds(first.cold), ''],
    ['CPU of a run of one case: start, plan, clean-up', seconds(single.startMs), ''],
    [`\`list\`: ${plan.cases} cases`, seconds(plan.wallMs), ''],
    [`\`list --microversions all\`: ${listAll.cases} cases`, seconds(listAll.wallMs), ''],
  ];
  const each = [
    ['for each exchange, beyond a run of one case', 'whole run: CPU', 'wall', 'single requests: CPU', 'wall'],
    ['---', '---', '---', '---', '---'],
    [
      'exchanges, cases',
      String(wholeRun.requests),
      String(wholeRun.cases),
      String(single.requests),
      String(single.cases),
    ],
    ['novaspec', ...us(wholeRun.novaspec), ...us(single.novaspec)],
    ['(a) supertest alone', ...us(wholeRun.supertest), ...us(single.supertest)],
    ['(b) undici alone', ...us(wholeRun.undici), ...us(single.undici)],
    ['(c) plain vitest tests: supertest, ajv', ...us(wholeRun.plain), ...us(single.plain)],
    [
      'novaspec over (a)',
      ...[wholeRun.cpuRatio, wholeRun.wallRatio, single.cpuRatio, single.wallRatio].map(x => x.toFixed(2)),
    ],
    [
      'novaspec over (c)',
      ...[wholeRun.plainCpuRatio, wholeRun.plainWallRatio, single.plainCpuRatio, single.plainWallRatio].map(x =>
        x.toFixed(2),
      ),
    ],
    ['novaspec, for each case', `${wholeRun.caseUs.toFixed(0)} us`, '', `${single.caseUs.toFixed(0)} us`, ''],
  ];
  const grown = [
    ['cases', 'wall', 'CPU', 'peak memory'],
    ['---', '---', '---', '---'],
    ...rows.map((/** @type {any} */ row) => [
      String(row.cases),
      seconds(row.wallMs),
      seconds(row.cpuMs),
      mb(row.peakMb),
    ]),
  ];
  const where = `Node ${machine.node}, ${machine.platform}, ${machine.cores} cores, load ${load}; medians of ${count} rounds`;
  return [where, ...[general, each, grown].map(markdown)].map(part => `${part}\n`).join('\n');
}

/** @param {number} megabytes */
function mb(megabytes) {
  return `${megabytes.toFixed(0)} MB`;
}

/** @param {{ cpuUs: number, wallUs: number }} cost */
function us({ cpuUs, wallUs }) {
  return [`${cpuUs.toFixed(0)} us`, `${wallUs.toFixed(0)} us`];
}

/** @param {string[][]} lines */
function markdown(lines) {
  return lines.map(line => `| ${line.join(' | ')} |`).join('\n');
}
