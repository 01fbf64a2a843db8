import http from 'node:http';
import https from 'node:https';
import type { Tls } from './resolved.ts';

/** Milliseconds; below the keep-alive times of common servers (Apache: 5 s), because a request that is sent while the server closes an idle socket is lost, and an unsafe one cannot be repeated. */
const idleMs = 4000;

/** The keep-alive agents of one client: one per trust setting and scheme. */
export class Agents {
  readonly #agents = new Map<string, Promise<http.Agent>>();
  readonly #maxSockets: number;
  readonly #proxied: boolean;

  constructor(maxSockets: number, proxied: boolean) {
    this.#maxSockets = maxSockets;
    this.#proxied = proxied;
  }

  /** The agent for this URL; a *_PROXY variable never applies to the loopback, where the embedded cloud listens. */
  get(url: URL, tls: Tls): Promise<http.Agent> {
    const kind = this.#proxied && !isLoopback(url.hostname) ? 'proxy' : url.protocol;
    const key = JSON.stringify([kind, tls]);
    let agent = this.#agents.get(key);
    if (!agent) {
      agent = this.#create(kind, tls);
      this.#agents.set(key, agent);
    }
    return agent;
  }

  /** Closes all sockets; requests in flight fail. */
  async close(): Promise<void> {
    const agents = await Promise.all(this.#agents.values());
    for (const agent of agents) agent.destroy();
    this.#agents.clear();
  }

  async #create(kind: string, tls: Tls): Promise<http.Agent> {
    const sockets = { keepAlive: true, maxSockets: this.#maxSockets, timeout: idleMs };
    if (kind === 'http:') return new http.Agent(sockets);
    const { insecure, ...certificates } = tls;
    const options = { ...sockets, ...certificates, rejectUnauthorized: !insecure };
    if (kind === 'https:') return new https.Agent(options);
    const { ProxyAgent } = await import('proxy-agent');
    return new ProxyAgent(options);
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
