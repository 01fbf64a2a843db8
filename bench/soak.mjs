// @ts-check
// Histories against one embedded cloud for a long time, and what its memory does meanwhile: npm run soak -- [--minutes 60] [--low]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setInterval as every, setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    // Minutes that one line sums up.
    each: { type: 'string', default: '5' },
    // Beside other work: both processes at low priority.
    low: { type: 'boolean', default: false },
  },
});
const main = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));
const seconds = Number(options.minutes) * 60;
const eachMs = Number(options.each) * 60_000;
const folder = await mkdtemp(join(tmpdir(), 'novaspec-soak-'));

/**
 * @typedef {{ rss: number, heapUsed: number }} Memory
 * @typedef {{ servers: number, volumes: number, attachments: number, tokens: number }} Held
 */

try {
  // With the collector at hand the heap is looked at when only what is in use is left.
  const ready = join(folder, 'clouds.yaml');
  const cloud = start([
    '--expose-gc',
    '--import',
    collector(),
    main,
    'cloud',
    '--delay',
    'none',
    '--ready-file',
    ready,
  ]);
  const [yaml] = await once(cloud.stdout.setEncoding('utf8'), 'data');
  const url = /http:\/\/[\d.:]+/.exec(yaml)?.[0] ?? '';
  const args = ['--rule', 'history', '--explore', String(seconds), '--out', join(folder, 'run')];
  const run = start(['--max-old-space-size=192', main, 'run', '--os-cloud', 'novaspec', ...args], {
    OS_CLIENT_CONFIG_FILE: ready,
  });
  let said = '';
  run.stdout.setEncoding('utf8').on('data', text => {
    said = (said + text).slice(-4000);
  });
  const ended = once(run, 'exit');
  const watching = new AbortController();
  void ended.then(() => watching.abort());
  await watch(url, cloud, watching.signal);
  const [code] = await ended;
  cloud.kill();
  process.stdout.write(`\n${said.trim().split('\n').slice(-12).join('\n')}\nthe run ended with ${code}\n`);
  process.exitCode = code === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

/**
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
function start(args, env = {}) {
  const [file, first] = options.low ? ['nice', ['-n', '19', process.execPath]] : [process.execPath, []];
  return spawn(file, [...first, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** A module that collects all garbage whenever the process gets SIGUSR2. */
function collector() {
  return `data:text/javascript,process.on('SIGUSR2',()=>globalThis.gc())`;
}

/**
 * Looks every ten seconds, and prints a line for each few minutes.
 * @param {string} url
 * @param {import('node:child_process').ChildProcess} cloud
 * @param {AbortSignal} signal
 */
async function watch(url, cloud, signal) {
  process.stdout.write('minutes    resident MB (min median max)    heap in use MB (min median max)    held\n');
  /** @type {Memory[]} */
  let samples = [];
  const begun = Date.now();
  let line = begun;
  const print = async () => {
    const { held } = await overview(url);
    const column = (/** @type {keyof Memory} */ name) => spread(samples.map(sample => sample[name] / 1_000_000));
    const to = ((Date.now() - begun) / 60_000).toFixed(1);
    const counts = Object.entries(held).map(([name, count]) => `${count} ${name}`);
    process.stdout.write(
      `${to.padStart(7)}    ${column('rss').padEnd(31)}    ${column('heapUsed').padEnd(31)}    ${counts.join(', ')}\n`,
    );
    samples = [];
  };
  try {
    for await (const _ of every(10_000, undefined, { signal })) {
      cloud.kill('SIGUSR2');
      // The collector has its turn before the next look.
      await sleep(1000);
      samples.push((await overview(url)).memory);
      if (Date.now() - line < eachMs) continue;
      line = Date.now();
      await print();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (samples.length > 0) await print();
}

/**
 * @param {string} url
 * @returns {Promise<{ memory: Memory, held: Held }>}
 */
async function overview(url) {
  const answer = await fetch(`${url}/_novaspec`);
  return /** @type {Promise<{ memory: Memory, held: Held }>} */ (answer.json());
}

/** @param {number[]} values */
function spread(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)].map(value => value?.toFixed(1)).join(' ');
}
