// @ts-check
// Measures novaspec on this machine: npm run bench -- [--json FILE] [--rounds N]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measuredProcess } from './measured-process.mjs';
import { Recorder } from './recorder.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const main = join(root, 'dist', 'src', 'cli', 'main.js');
/** Cases at once: the default of `novaspec run`, and how many requests the replay has in flight. */
const concurrency = 16;

const { values: options } = parseArgs({
  options: { json: { type: 'string' }, rounds: { type: 'string', default: '5' } },
});
const rounds = Array.from({ length: Number(options.rounds) });
const folder = await mkdtemp(join(tmpdir(), 'novaspec-bench-'));
try {
  const results = {
    machine: { node: process.version, platform: `${process.platform} ${process.arch}`, cores: availableParallelism() },
    rounds: rounds.length,
    defaultRun: await defaultRun(),
    firstCase: await firstCase(),
    perExchange: await perExchange(),
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

/** From the start of the command to the line of the first judged case; the run is interrupted there. */
async function firstCase() {
  const times = await inTurn(async () => {
    const start = performance.now();
    let judgedAt = 0;
    await measuredProcess([main, 'run', '--verbose', '--out', join(folder, 'first')], {
      onOutput(text, child) {
        if (judgedAt > 0 || !/^pass /m.test(text)) return;
        judgedAt = performance.now() - start;
        child.kill('SIGINT');
      },
    });
    if (judgedAt === 0) throw new Error('no case was judged');
    return judgedAt;
  });
  return { wallMs: median(times) };
}

/**
 * CPU of a run, of a run of a single case of the same plan (what every run costs), and of the run's requests sent again by
 * supertest alone, which get the same answers. The cloud is a process of its own.
 */
async function perExchange() {
  const ready = join(folder, 'clouds.yaml');
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
    return await compare(recorder, through);
  } finally {
    recorder.stop();
    cloud.kill();
    await once(cloud, 'exit');
  }
}

/**
 * @param {Recorder} recorder
 * @param {string} clouds
 */
async function compare(recorder, clouds) {
  const cloud = ['reader', 'other', 'admin'].flatMap(name => ['--persona', `${name}=novaspec-${name}`]);
  // Readings wait for their turn where the cloud is not the embedded one; here nobody is spared by that.
  cloud.push('--os-cloud', 'novaspec', '--poll-rate', '1000');
  const env = { OS_CLIENT_CONFIG_FILE: clouds };
  const { cases } = await report();
  const single = ['--microversions', 'boundaries', '--case', cases[0].id];
  const sent = join(folder, 'requests.json');
  const costs = await inTurn(async () => {
    recorder.record();
    const one = await conformingRun([...cloud, ...single], env);
    const ofOne = recorder.requests.length;
    recorder.record();
    const run = await conformingRun(cloud, env);
    const requests = recorder.requests.length;
    await writeFile(sent, JSON.stringify(recorder.requests));
    recorder.replay();
    const args = [fileURLToPath(new URL('replay.mjs', import.meta.url)), recorder.url, sent, String(concurrency)];
    const replay = await measuredProcess(args);
    if (replay.code !== 0 || recorder.left > 0) throw new Error(`${recorder.left} requests were not sent again`);
    return {
      requests,
      startMs: one.cpuMs,
      wholeUs: (run.cpuMs * 1000) / requests,
      novaspecUs: ((run.cpuMs - one.cpuMs) * 1000) / (requests - ofOne),
      supertestUs: (Number(replay.output) * 1000) / requests,
    };
  });
  return {
    requests: median(costs.map(({ requests }) => requests)),
    startMs: median(costs.map(({ startMs }) => startMs)),
    wholeUs: median(costs.map(({ wholeUs }) => wholeUs)),
    novaspecUs: median(costs.map(({ novaspecUs }) => novaspecUs)),
    supertestUs: median(costs.map(({ supertestUs }) => supertestUs)),
    ratio: median(costs.map(({ novaspecUs, supertestUs }) => novaspecUs / supertestUs)),
    wholeRatio: median(costs.map(({ wholeUs, supertestUs }) => wholeUs / supertestUs)),
  };
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
function table({ machine, rounds: count, defaultRun: run, firstCase: first, perExchange: per, list: plan, listAll }) {
  const rows = [
    ['what', 'measured', 'target'],
    ['---', '---', '---'],
    ['default run: wall', seconds(run.wallMs), '< 30 s'],
    ['default run: CPU, with the cloud', seconds(run.cpuMs), ''],
    ['default run: peak memory', `${run.peakMb.toFixed(0)} MB`, '< 600 MB'],
    ['default run: cases', String(run.cases), ''],
    ['start to the first judged case', seconds(first.wallMs), '< 3 s'],
    ['requests of a run', String(per.requests), ''],
    ['CPU per exchange: novaspec, beyond the first case', `${per.novaspecUs.toFixed(0)} us`, ''],
    ['CPU per exchange: supertest alone', `${per.supertestUs.toFixed(0)} us`, ''],
    ['ratio of the two', per.ratio.toFixed(2), '<= 2'],
    ['CPU of a run of one case: start, plan, clean-up', seconds(per.startMs), ''],
    ['the same ratio, with that part', per.wholeRatio.toFixed(2), ''],
    [`list: ${plan.cases} cases`, seconds(plan.wallMs), ''],
    [`list --microversions all: ${listAll.cases} cases`, seconds(listAll.wallMs), ''],
  ];
  const where = `Node ${machine.node}, ${machine.platform}, ${machine.cores} cores; medians of ${count} rounds`;
  return `${where}\n\n${rows.map(row => `| ${row.join(' | ')} |`).join('\n')}\n`;
}
