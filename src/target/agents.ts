import http from 'node:http';
import https from 'node:https';
import type { ProxyServer } from './proxies.ts';
import type { Tls } from './resolved.ts';

/** Milliseconds; below the keep-alive times of common servers (Apache: 5 s), because a request that is sent while the server closes an idle socket is lost, and an unsafe one cannot be repeated. */
const idleMs = 4000;

/** The keep-alive agents of one client: one per trust setting, scheme and proxy. */
export class Agents {
  readonly #agents = new Map<string, Promise<http.Agent>>();
  readonly #maxSockets: number;

  constructor(maxSockets: number) {
    this.#maxSockets = maxSockets;
  }

  /** The agent for this URL, through the proxy if there is one. */
  get({ protocol }: URL, proxy: ProxyServer | null, tls: Tls): Promise<http.Agent> {
    const key = JSON.stringify([protocol, proxy, tls]);
    let agent = this.#agents.get(key);
    if (!agent) {
      agent = this.#create(protocol, proxy, tls);
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

  async #create(protocol: string, proxy: ProxyServer | null, tls: Tls): Promise<http.Agent> {
    const sockets = { keepAlive: true, maxSockets: this.#maxSockets, timeout: idleMs };
    const { insecure, ...certificates } = tls;
    const trust = { rejectUnauthorized: !insecure, ...(tls.ca === undefined ? {} : { ca: tls.ca }) };
    if (proxy !== null) {
      // Few need it, and it takes a while to load.
      const { proxyAgent } = await import('./proxy-agents.ts');
      return proxyAgent(protocol, proxy.url, { ...sockets, ...trust });
    }
    if (protocol === 'http:') return new http.Agent(sockets);
    return new https.Agent({ ...sockets, ...trust, ...certificates });
  }
}
