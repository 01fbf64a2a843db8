// @ts-check
// Sends recorded requests by a client alone: node bench/replay.mjs supertest|undici ORIGIN FILE CONCURRENCY.
// Prints CPU and wall time in milliseconds.
import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';

const [client = '', origin = '', file = '', concurrency = ''] = process.argv.slice(2);
/** @type {import('./recorder.mjs').RecordedRequest[]} */
const requests = JSON.parse(readFileSync(file, 'utf8'));
const send = client === 'undici' ? await undiciSender() : await supertestSender();
const before = process.cpuUsage();
const start = performance.now();
let next = 0;

/** @param {number} number */
function requestOf(number) {
  const recorded = requests[number];
  if (!recorded) throw new Error('there is no such request');
  return { ...recorded, headers: { ...recorded.headers, 'x-bench': String(number) } };
}

async function sendInTurn() {
  for (let number = next++; number < requests.length; number = next++) {
    const recorded = requestOf(number);
    const status = await send(recorded);
    if (status !== recorded.status) throw new Error(`${recorded.method} ${recorded.url} was answered ${status}`);
  }
}

await Promise.all(Array.from({ length: Number(concurrency) }, sendInTurn));
const { user, system } = process.cpuUsage(before);
process.stdout.write(`${(user + system) / 1000} ${performance.now() - start}\n`);
process.exit();

/** @returns {Promise<(recorded: import('./recorder.mjs').RecordedRequest) => Promise<number>>} */
async function supertestSender() {
  const { default: supertest } = await import('supertest');
  const agent = new Agent({ keepAlive: true, maxSockets: Number(concurrency) });
  return async ({ method, url, headers, body }) => {
    const test = new supertest.Test(origin, method, url)
      .agent(agent)
      .ok(() => true)
      .unset('Accept-Encoding')
      .set(headers);
    // superagent would make JSON of a Buffer.
    const sent = body === '' ? test : test.serialize(keep).send(Buffer.from(body, 'latin1'));
    const { status } = await sent.catch(broken => broken);
    return status;
  };
}

/** @param {string} body */
function keep(body) {
  return body;
}

/** @returns {Promise<(recorded: import('./recorder.mjs').RecordedRequest) => Promise<number>>} */
async function undiciSender() {
  const { Pool } = await import('undici');
  const pool = new Pool(origin, { connections: Number(concurrency) });
  return async ({ method, url, headers, body }) => {
    const answer = await pool.request({
      path: url,
      method: method,
      headers,
      body: body === '' ? null : Buffer.from(body, 'latin1'),
    });
    await answer.body.arrayBuffer();
    return answer.statusCode;
  };
}
