// @ts-check
// Measures the embedded cloud as a process of its own, pinned to one core: npm run bench:cloud -- [--rounds N] [--against ROOT]
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { LeanClient } from './lean-client.mjs';

/**
 * A cloud that runs.
 * @typedef {{ pid: number, client: LeanClient, headers: string, project: string, image: string, stop: () => Promise<void> }} Cloud
 */

/** Cores: of the cloud, and of this process, which is its client. */
const cores = { cloud: '0', client: '1' };
/** Requests at the same time. */
const concurrency = 32;

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    // Another build of novaspec to measure alternately, which gives ratios.
    against: { type: 'string' },
    servers: { type: 'string', default: '100000' },
    requests: { type: 'string', default: '20000' },
  },
});
const rounds = Number(options.rounds);
const requests = Number(options.requests);
const most = Number(options.servers);
const roots = [
  fileURLToPath(new URL('..', import.meta.url)),
  ...(options.against === undefined ? [] : [options.against]),
];

execFileSync('taskset', ['-cp', cores.client, String(process.pid)], { stdio: 'ignore' });
/** @type {Record<string, number[]>[]} */
const measured = roots.map(() => ({}));
for (let round = 0; round < rounds; round += 1) {
  for (const [index, root] of roots.entries()) {
    const results = measured[index] ?? {};
    for (const [name, value] of Object.entries(await measure(root))) results[name] = [...(results[name] ?? []), value];
  }
}
const held = most > 0 ? await holdMany(roots[0] ?? '') : undefined;
process.stdout.write(table());

/**
 * One round with one build.
 * @param {string} root
 */
async function measure(root) {
  const start = performance.now();
  const cloud = await startCloud(root);
  const spawned = performance.now() - start;
  try {
    const server = await newServer(cloud);
    const volume = await newVolume(cloud);
    await settled(cloud);
    const attachments = `/compute/v2.1/servers/${server}/os-volume_attachments`;
    await attach(cloud, server, volume);
    const show = `${attachments}/${volume}`;
    // Twice, so that it is the compiled code that is measured.
    await rate(cloud, requests / 4, () => ask(cloud, 'GET', show));
    const listed = await rate(cloud, requests, () => ask(cloud, 'GET', attachments));
    const shown = await rate(cloud, requests, () => ask(cloud, 'GET', show));
    // 25 volumes for each server: letters enough for them all, and a list as short as usual.
    const servers = await many(requests / 100, () => newServer(cloud));
    const volumes = await many(requests / 4, () => newVolume(cloud));
    await settled(cloud);
    let next = 0;
    const attached = await rate(cloud, volumes.length, () => {
      const index = next++;
      return attach(cloud, servers[index % servers.length] ?? '', volumes[index] ?? '');
    });
    return { spawned, own: ownStart(root), listed, shown, attached };
  } finally {
    await cloud.stop();
  }
}

/**
 * Milliseconds from the first line of the command to the first line that it prints.
 * @param {string} root
 */
function ownStart(root) {
  const main = join(root, 'dist', 'src', 'cli', 'main.js');
  const script = fileURLToPath(new URL('own-start.mjs', import.meta.url));
  const child = ['-c', cores.cloud, process.execPath, script, main];
  return Number(execFileSync('taskset', child).toString());
}

/**
 * Makes many servers with an attachment each, over HTTP, and looks at the memory of the cloud.
 * @param {string} root
 */
async function holdMany(root) {
  const cloud = await startCloud(root);
  try {
    const before = residentMb(cloud.pid);
    const start = performance.now();
    const servers = await many(most, () => newServer(cloud));
    const volumes = await many(most, () => newVolume(cloud));
    await settled(cloud);
    let next = 0;
    await many(most, () => {
      const index = next++;
      return attach(cloud, servers[index] ?? '', volumes[index] ?? '');
    });
    const seconds = (performance.now() - start) / 1000;
    const after = residentMb(cloud.pid);
    const body = await ask(cloud, 'GET', `/compute/v2.1/servers/${servers.at(-1)}/os-volume_attachments`);
    if (JSON.parse(body).volumeAttachments.length !== 1) throw new Error('the last attachment is missing');
    const shown = await rate(cloud, requests / 4, () => {
      next++;
      return ask(cloud, 'GET', `/compute/v2.1/servers/${servers[next % most]}/os-volume_attachments`);
    });
    return { before, after, peak: peakMb(cloud.pid), seconds, shown };
  } finally {
    await cloud.stop();
  }
}

/**
 * @param {string} root
 * @returns {Promise<Cloud>}
 */
async function startCloud(root) {
  const main = join(root, 'dist', 'src', 'cli', 'main.js');
  const child = spawn('taskset', ['-c', cores.cloud, process.execPath, main, 'cloud', '--delay', 'none'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [yaml] = await once(child.stdout.setEncoding('utf8'), 'data');
  const entry = /novaspec:.*?auth_url: (\S+)\/identity\/v3\s+username: (\S+)\s+password: "([^"]+)"/s.exec(yaml) ?? [];
  const [, url = '', name, password] = entry;
  const domain = { id: 'default' };
  const auth = {
    identity: { methods: ['password'], password: { user: { name, password, domain } } },
    scope: { project: { name: 'demo', domain } },
  };
  const answer = await fetch(`${url}/identity/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth }),
  });
  const token = answer.headers.get('x-subject-token') ?? '';
  const { token: said } = /** @type {{ token: { project: { id: string } } }} */ (await answer.json());
  const client = new LeanClient(url);
  const headers = `X-Auth-Token: ${token}\r\nOpenStack-API-Version: compute 2.79\r\n`;
  const image = JSON.parse(await client.ask('GET', '/image/v2/images', headers)).images[0].id;
  const stop = async () => {
    client.stop();
    child.kill();
    await once(child, 'exit');
  };
  return { pid: child.pid ?? 0, client, headers, project: said.project.id, image, stop };
}

/** @param {Cloud} cloud */
async function newServer(cloud) {
  const server = { name: 's', flavorRef: '42', imageRef: cloud.image, networks: 'none' };
  return JSON.parse(await ask(cloud, 'POST', '/compute/v2.1/servers', { server })).server.id;
}

/** @param {Cloud} cloud */
async function newVolume(cloud) {
  return JSON.parse(await ask(cloud, 'POST', `/volume/v3/${cloud.project}/volumes`, { volume: { size: 1 } })).volume.id;
}

/**
 * Waits until no server and no volume is being made.
 * @param {Cloud} cloud
 */
async function settled(cloud) {
  for (;;) {
    const servers = await ask(cloud, 'GET', '/compute/v2.1/servers?status=BUILD&limit=1');
    const volumes = await ask(cloud, 'GET', `/volume/v3/${cloud.project}/volumes?status=creating&limit=1`);
    if (JSON.parse(servers).servers.length + JSON.parse(volumes).volumes.length === 0) return;
    await sleep(100);
  }
}

/**
 * @param {Cloud} cloud
 * @param {string} server
 * @param {string} volumeId
 */
function attach(cloud, server, volumeId) {
  return ask(cloud, 'POST', `/compute/v2.1/servers/${server}/os-volume_attachments`, {
    volumeAttachment: { volumeId },
  });
}

/**
 * @param {Cloud} cloud
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 */
function ask({ client, headers }, method, path, body) {
  return client.ask(method, path, headers, body === undefined ? '' : JSON.stringify(body));
}

/**
 * Requests for each second of the cloud's own CPU: what it could answer if it had its core for itself.
 * @param {Cloud} cloud
 * @param {number} count
 * @param {() => Promise<unknown>} send
 */
async function rate(cloud, count, send) {
  const before = cpuSeconds(cloud.pid);
  await many(count, send);
  return count / (cpuSeconds(cloud.pid) - before);
}

/**
 * @template T
 * @param {number} count
 * @param {() => Promise<T>} send
 * @returns {Promise<T[]>}
 */
async function many(count, send) {
  /** @type {T[]} */
  const results = [];
  let left = count;
  const loop = async () => {
    while (left > 0) {
      left -= 1;
      results.push(await send());
    }
  };
  await Promise.all(Array.from({ length: concurrency }, loop));
  return results;
}

/**
 * User and system time of a process and its threads; a tick is 10 ms on every Linux platform of Node.
 * @param {number} pid
 */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** @param {number} pid */
function residentMb(pid) {
  return statusKb(pid, 'VmRSS') / 1024;
}

/** @param {number} pid */
function peakMb(pid) {
  return statusKb(pid, 'VmHWM') / 1024;
}

/**
 * @param {number} pid
 * @param {string} field
 */
function statusKb(pid, field) {
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** @param {number[]} values */
function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** @param {number} value */
function number(value) {
  return Math.round(value).toLocaleString('en');
}

function table() {
  /** @type {[string, string, string, string][]} */
  const lines = [
    ['own', 'ready, from the first line of the command', 'ms', '< 150'],
    ['spawned', 'ready, from the start of the process', 'ms', ''],
    ['listed', 'GET of the list, requests for each second of CPU', '', '>= 5,000'],
    ['shown', 'GET of one attachment, requests for each second of CPU', '', '>= 5,000'],
    ['attached', 'attach, requests for each second of CPU', '', '>= 3,000'],
  ];
  const [here = {}, before] = measured;
  const rows = [
    ['what', 'measured', ...(before === undefined ? [] : ['before', 'ratio']), 'target'],
    ['---', '---', ...(before === undefined ? [] : ['---', '---']), '---'],
    ...lines.map(([key, what, unit, target]) => {
      const value = median(here[key] ?? []);
      const old = before === undefined ? [] : [median(before[key] ?? [])];
      const said = (/** @type {number} */ one) => `${number(one)} ${unit}`.trim();
      return [what, said(value), ...old.map(said), ...old.map(one => (value / one).toFixed(2)), target];
    }),
  ];
  const where = `Node ${process.version}, ${cpus().length} cores, cloud and client on one each, ${concurrency} requests at once; medians of ${rounds} rounds`;
  const lots =
    held === undefined
      ? ''
      : `\n${number(most)} servers with an attachment each: ${number(held.after)} MB resident (${number(held.before)} MB before, peak ${number(held.peak)} MB), made in ${number(held.seconds)} s; then ${number(held.shown)} lists a second\n`;
  return `${where}\n\n${rows.map(row => `| ${row.join(' | ')} |`).join('\n')}\n${lots}`;
}
