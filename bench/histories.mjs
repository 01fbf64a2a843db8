// @ts-check
// Measures the histories on this machine: npm run bench:histories -- [--seconds N]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadContract } from '../build/src/contract/load.js';
import { Belief } from '../build/src/model/belief.js';
import { linearize } from '../build/src/model/linearize.js';
import { Model } from '../build/src/model/model.js';
import { histories as walks } from '../build/src/model/walk.js';
import { everything } from '../build/src/plan/capabilities.js';
import { measuredProcess } from './measured-process.mjs';

const main = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));
const { values: options } = parseArgs({ options: { seconds: { type: 'string', default: '20' } } });
const contract = loadContract();
const model = new Model(contract, {
  capabilities: everything(contract),
  microversions: [...contract.classes, '2.100', contract.newest],
  values: { resize_flavor_id: '2' },
});

engine();
orders();
await throughput(['--length', '300']);
await throughput([]);

/** CPU of the model alone for each command: to choose it, and to follow what it is answered. */
function engine() {
  walks(model, 1, 20);
  const before = process.cpuUsage();
  const all = [2, 3, 4, 5, 6].flatMap(seed => walks(model, seed, 20));
  const chosen = process.cpuUsage(before);
  const commands = all.reduce((sum, history) => sum + history.commands.length, 0);
  const start = process.cpuUsage();
  for (const history of all) follow(history.commands);
  const followed = process.cpuUsage(start);
  const each = (/** @type {NodeJS.CpuUsage} */ { user, system }) => ((user + system) / commands).toFixed(0);
  say(
    `engine: ${each(chosen)} us CPU a command to choose it, ${each(followed)} us to follow it (${commands} commands)`,
  );
}

/** @param {import('../build/src/model/command.js').Command[]} commands */
function follow(commands) {
  const belief = new Belief(model);
  for (const command of commands) {
    if ('create' in command) belief.create(command.create);
    else if ('step' in command) {
      const step = model.steps.get(command.step);
      if (!step) continue;
      belief.step(command.server, step);
      if (step.locks === null) belief.arrive(command.server, step.to);
    } else {
      const [answer] = belief.expected(command);
      belief.follow(belief.explain(command, answer?.status[0] ?? 0));
      // As the player does when it has seen that nothing goes on any more.
      belief.settle({ lists: new Map(), volumes: new Map() });
    }
  }
}

/** Twelve calls at the same moment, of several kinds. */
function orders() {
  const mixed = [
    call('attach.success@2.60', 0, 0, 200),
    call('attach.success@2.60', 1, 0, 400),
    call('detach.success@2.60', 0, 0, 202),
    call('detach.success@2.60', 0, 0, 404),
    call('detach.success@2.60', 0, 0, 400),
    call('update.flag[true]@2.85', 0, 0, 202),
    call('update.flag[false]@2.85', 0, 0, 404),
    call('show.success@2.60', 0, 0, 200),
    call('show.success@2.60', 0, 0, 404),
    call('attach.success@2.101', 1, 1, 202),
    call('attach.success@2.101', 0, 1, 202),
    call('detach.success@2.60', 1, 1, 404),
  ];
  const kinds = {
    'one winner of twelve': twelve(index => call('attach.success@2.60', index % 2, 0, index === 0 ? 200 : 400)),
    'twelve that are answered before they are done': twelve(index => call('attach.success@2.101', index % 2, 0, 202)),
    mixed,
    'two winners, which no order explains': mixed.map((each, index) =>
      index === 1 ? { ...each, status: 200, accepted: true } : each,
    ),
  };
  for (const [name, calls] of Object.entries(kinds)) {
    const times = Array.from({ length: 9 }, () => {
      const start = performance.now();
      linearize(model, [model.start()], calls);
      return performance.now() - start;
    }).toSorted((one, other) => one - other);
    say(`orders of 12 calls, ${name}: median ${times[4]?.toFixed(1)} ms, slowest ${times[8]?.toFixed(1)} ms`);
  }
}

/**
 * @param {string} ask
 * @param {number} server
 * @param {number} volume
 * @param {number} status
 */
function call(ask, server, volume, status) {
  return { command: { ask, server, volume }, status, invoked: 0, completed: 10, accepted: status < 300 };
}

/** @param {(index: number) => ReturnType<typeof call>} make */
function twelve(make) {
  return Array.from({ length: 12 }, (_, index) => make(index));
}

/** @param {string[]} more */
async function throughput(more) {
  const folder = await mkdtemp(join(tmpdir(), 'novaspec-bench-'));
  const ready = join(folder, 'clouds.yaml');
  const cloud = spawn(process.execPath, [main, 'cloud', '--delay', 'none', '--ready-file', ready], { stdio: 'ignore' });
  try {
    // The file is written once the cloud answers.
    while (!existsSync(ready)) await sleep(20);
    const personas = ['reader', 'other', 'admin'].flatMap(name => ['--persona', `${name}=novaspec-${name}`]);
    const args = ['run', '--os-cloud', 'novaspec', ...personas, '--rule', 'history.settled', '--servers', '32'];
    const budget = ['--explore', options.seconds, '--out', join(folder, 'out')];
    const run = await measuredProcess([main, ...args, ...more, ...budget], { env: { OS_CLIENT_CONFIG_FILE: ready } });
    if (run.code !== 0) throw new Error(run.output);
    const { histories } = JSON.parse(await readFile(join(folder, 'out', 'report.json'), 'utf8'));
    const rate = (histories.commands / Number(options.seconds)).toFixed(0);
    say(`settled ${more.join(' ') || 'of the usual length'}: ${rate} commands a second, ${histories.played} histories`);
  } finally {
    cloud.kill();
    await once(cloud, 'exit');
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`);
}
