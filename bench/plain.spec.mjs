// @ts-check
// The exchanges of a run as plain vitest tests, with supertest and ajv but without novaspec: status, and body by its schema.
import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import supertest from 'supertest';
import { describe, test } from 'vitest';
import { operationOf } from './plain.mjs';

/** @type {import('./plain.mjs').PlainRun} */
const { origin, concurrency, tests, requests, documents, schemas } = JSON.parse(
  readFileSync(process.env.NOVASPEC_BENCH_PLAIN ?? '', 'utf8'),
);
const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
const ajv = new Ajv2020({ strict: false, validateSchema: false });
addFormats.default(ajv);
for (const [name, document] of Object.entries(documents)) ajv.addSchema(document, name);
/** @type {Map<string, import('ajv').ValidateFunction>} */
const validators = new Map();

/**
 * @param {string} key
 * @param {number} status
 */
function validatorFor(key, status) {
  const reference = schemas[`${key} ${status}`];
  if (reference === undefined) return undefined;
  const known = validators.get(`${key} ${status}`) ?? ajv.compile({ $ref: reference });
  validators.set(`${key} ${status}`, known);
  return known;
}

/** @param {string} body */
function keep(body) {
  return body;
}

/** @param {import('./recorder.mjs').RecordedRequest} recorded */
async function check({ method, url, headers, body, status, microversion }) {
  const request = new supertest.Test(origin, method, url)
    .agent(agent)
    .ok(() => true)
    .unset('Accept-Encoding')
    .set(headers);
  const answer = await (body === '' ? request : request.serialize(keep).send(Buffer.from(body, 'latin1')));
  if (answer.status !== status) throw new Error(`${method} ${url}: expected ${status}, received ${answer.status}`);
  const validate = validatorFor(operationOf({ method, url, microversion }), status);
  if (validate && !validate(answer.body)) throw new Error(`${method} ${url}: ${ajv.errorsText(validate.errors)}`);
}

const each = Math.ceil(requests.length / tests);
describe('plain', () => {
  for (let at = 0; at < requests.length; at += each) {
    test.concurrent(`exchanges from ${at}`, async () => {
      for (const [index, recorded] of requests.slice(at, at + each).entries()) {
        await check({ ...recorded, headers: { ...recorded.headers, 'x-bench': String(at + index) } });
      }
    });
  }
});
