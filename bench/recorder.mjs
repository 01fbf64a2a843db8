// @ts-check
import { Agent, createServer, request as sendRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';

/**
 * One exchange as it was on the wire, without what every connection says for itself. `status` and `microversion` (empty: none) are those
 * of the answer.
 * @typedef {{ method: string, url: string, headers: Record<string, string>, body: string, status: number, microversion: string }} RecordedRequest
 * @typedef {{ status: number, headers: string[], body: Buffer }} RecordedAnswer
 */

const connectionHeaders = new Set(['host', 'connection', 'keep-alive', 'content-length', 'transfer-encoding']);

/**
 * Stands between a client and a cloud: passes requests on and records them, and later gives the recorded answers to the
 * same requests. It runs in the process of the benchmark, so its CPU is nobody's.
 */
export class Recorder {
  /** @type {RecordedRequest[]} */
  requests = [];
  /** The answers of `requests`, by their numbers. @type {RecordedAnswer[]} */
  #answers = [];
  /** The numbers that nobody has asked for in this replay. @type {Set<number>} */
  #open = new Set();
  #replaying = false;
  /** Origin of the recorder, once it has started. */
  url = '';
  #upstream = '';
  #agent = new Agent({ keepAlive: true });
  #server = createServer((incoming, outgoing) => {
    this.#handle(incoming, outgoing).catch(error => {
      outgoing.writeHead(502).end(String(error));
    });
  });

  /**
   * @param {string} upstream origin of the cloud
   * @returns {Promise<string>} origin of the recorder
   */
  async start(upstream) {
    this.#upstream = upstream;
    await new Promise(resolve => this.#server.listen(0, '127.0.0.1', () => resolve(undefined)));
    const address = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
    this.url = `http://127.0.0.1:${address.port}`;
    return this.url;
  }

  /** Forgets everything and records from now on. */
  record() {
    this.requests = [];
    this.#answers = [];
    this.#replaying = false;
  }

  /** Answers from the record from now on, each answer once, to requests that say their number in the header `x-bench`. */
  replay() {
    this.#open = new Set(this.requests.keys());
    this.#replaying = true;
  }

  /** How many recorded answers nobody has asked for. */
  get left() {
    return this.#open.size;
  }

  stop() {
    this.#agent.destroy();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /**
   * @param {import('node:http').IncomingMessage} incoming
   * @param {import('node:http').ServerResponse} outgoing
   */
  async #handle(incoming, outgoing) {
    const body = (await buffer(incoming)).toString('latin1');
    const { method = '', url = '' } = incoming;
    const headers = ownHeaders(incoming.rawHeaders);
    const recorded = { method, url, headers: Object.fromEntries(headers), body, status: 0, microversion: '' };
    const answer = this.#replaying ? this.#again(recorded) : await this.#passOn(recorded);
    if (!this.#replaying) {
      this.requests.push({ ...recorded, status: answer.status, microversion: microversionIn(answer) });
      this.#answers.push(answer);
    }
    outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  }

  /** @param {RecordedRequest} sent */
  #again({ method, url, headers, body }) {
    const number = Number(headers['x-bench']);
    const { 'x-bench': _, ...own } = headers;
    const known = this.requests[number];
    const answer = this.#answers[number];
    const isKnown = known !== undefined && keyOf(known) === keyOf({ method, url, headers: own, body });
    if (!answer || !isKnown || !this.#open.delete(number))
      throw new Error(`nobody sent this when it was recorded: ${method} ${url}`);
    return answer;
  }

  /**
   * @param {RecordedRequest} recorded
   * @returns {Promise<RecordedAnswer>}
   */
  async #passOn({ method, url, headers, body }) {
    const content = Buffer.from(body, 'latin1');
    const length = content.length > 0 ? { 'Content-Length': String(content.length) } : {};
    const response = await new Promise((resolve, reject) => {
      sendRequest(
        `${this.#upstream}${url}`,
        { method, headers: { ...headers, ...length }, agent: this.#agent },
        resolve,
      )
        .once('error', reject)
        .end(content);
    });
    const text = (await buffer(response)).toString('latin1');
    // The catalog and all links must lead back here.
    const own = Buffer.from(text.replaceAll(this.#upstream, this.url), 'latin1');
    const answered = [...ownHeaders(response.rawHeaders), ['Content-Length', String(own.length)]].flat();
    return { status: response.statusCode, headers: answered, body: own };
  }
}

/** @param {Pick<RecordedRequest, 'method' | 'url' | 'headers' | 'body'>} request */
function keyOf({ method, url, headers, body }) {
  const lines = Object.entries(headers).map(([name, value]) => `${name.toLowerCase()}: ${value}`);
  return JSON.stringify([method, url, body, lines.toSorted()]);
}

/** @param {RecordedAnswer} answer */
function microversionIn({ headers }) {
  const at = headers.findIndex((name, index) => index % 2 === 0 && /^openstack-api-version$/i.test(name));
  return /^compute (\d+\.\d+)$/.exec(headers[at + 1] ?? '')?.[1] ?? '';
}

/**
 * @param {string[]} raw names and values in turn
 * @returns {[string, string][]}
 */
function ownHeaders(raw) {
  return raw.flatMap((name, index) => {
    if (index % 2 === 1 || connectionHeaders.has(name.toLowerCase())) return [];
    return [/** @type {[string, string]} */ ([name, raw[index + 1] ?? ''])];
  });
}
