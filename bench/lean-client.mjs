// @ts-check
import { connect } from 'node:net';

/**
 * A keep-alive client that costs next to nothing, so that it is the server that is measured: a socket for each request in
 * flight, and of an answer only what a bench needs. It understands answers with a Content-Length and those without a body.
 */
export class LeanClient {
  #host;
  #port;
  /** @type {Connection[]} */
  #idle = [];
  /** @type {Set<Connection>} */
  #all = new Set();

  /** @param {string} url */
  constructor(url) {
    const { hostname, port } = new URL(url);
    this.#host = hostname;
    this.#port = Number(port);
  }

  /**
   * One request; resolves with the body of a success, rejects with anything else.
   * @param {string} method
   * @param {string} path
   * @param {string} headers each line with its end
   * @param {string} [body]
   * @returns {Promise<string>}
   */
  async ask(method, path, headers, body = '') {
    const connection = this.#idle.pop() ?? this.#open();
    const length =
      body === '' ? '' : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
    const { status, text } = await connection.ask(
      `${method} ${path} HTTP/1.1\r\nHost: ${this.#host}\r\n${headers}${length}\r\n${body}`,
    );
    this.#idle.push(connection);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
    return text;
  }

  /** Closes all connections. */
  stop() {
    for (const connection of this.#all) connection.stop();
  }

  #open() {
    const connection = new Connection(this.#host, this.#port);
    this.#all.add(connection);
    return connection;
  }
}

class Connection {
  #socket;
  #received = '';
  /** @type {((answer: { status: number, text: string }) => void) | undefined} */
  #answered;
  /** @type {((error: Error) => void) | undefined} */
  #failed;

  /**
   * @param {string} host
   * @param {number} port
   */
  constructor(host, port) {
    this.#socket = connect({ host, port, noDelay: true });
    this.#socket.setEncoding('latin1').on('data', chunk => this.#take(chunk));
    this.#socket.on('error', error => this.#failed?.(error));
    this.#socket.on('close', () => this.#failed?.(new Error('the connection was closed')));
  }

  /**
   * @param {string} text
   * @returns {Promise<{ status: number, text: string }>}
   */
  ask(text) {
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
      this.#socket.write(text);
    });
  }

  stop() {
    this.#failed = undefined;
    this.#socket.destroy();
  }

  /** @param {string | Buffer} chunk */
  #take(chunk) {
    this.#received += chunk;
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#received.slice(0, end);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (this.#received.length < end + 4 + length) return;
    const text = this.#received.slice(end + 4);
    this.#received = '';
    this.#answered?.({ status: Number(head.slice(9, 12)), text });
  }
}
