// @ts-check
// Sends recorded requests through supertest alone: node bench/replay.mjs ORIGIN FILE CONCURRENCY. Prints the CPU in milliseconds.
import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import supertest from 'supertest';

const [origin = '', file = '', concurrency = ''] = process.argv.slice(2);
/** @type {import('./recorder.mjs').RecordedRequest[]} */
const requests = JSON.parse(readFileSync(file, 'utf8'));
const agent = new Agent({ keepAlive: true, maxSockets: Number(concurrency) });
const before = process.cpuUsage();
let next = 0;

async function sendInTurn() {
  for (let recorded = requests[next++]; recorded; recorded = requests[next++]) {
    const { method, url, headers, body } = recorded;
    const test = new supertest.Test(origin, method, url)
      .agent(agent)
      .ok(() => true)
      .unset('Accept-Encoding')
      .set(headers);
    // superagent would make JSON of a Buffer.
    const sent = body === '' ? test : test.serialize(keep).send(Buffer.from(body, 'latin1'));
    const { status } = await sent.catch(broken => broken);
    if (status === 502) throw new Error(`${method} ${url} was not recorded`);
  }
}

/** @param {string} body */
function keep(body) {
  return body;
}

await Promise.all(Array.from({ length: Number(concurrency) }, sendInTurn));
const { user, system } = process.cpuUsage(before);
agent.destroy();
process.stdout.write(`${(user + system) / 1000}\n`);
