import type http from 'node:http';
import type https from 'node:https';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { SocksProxyAgent } from 'socks-proxy-agent';

/** How sockets are kept, and what is trusted of a proxy that speaks TLS itself; the client's certificate is none of its business. */
type Options = http.AgentOptions & Pick<https.AgentOptions, 'ca' | 'rejectUnauthorized'>;

/** The agent that sends requests of a scheme through the proxy at a URL. */
export function proxyAgent(protocol: string, proxy: string, options: Options): http.Agent {
  if (proxy.startsWith('socks')) {
    // Its time limit would end requests in flight, too.
    const agent = new SocksProxyAgent(proxy, { keepAlive: true, maxSockets: options.maxSockets });
    agent.isSecureEndpoint = () => protocol === 'https:';
    return agent;
  }
  if (protocol === 'http:') return new HttpProxyAgent(proxy, options);
  const agent = new HttpsProxyAgent(proxy, options);
  // Where requests do not name their scheme, it guesses from the stack, which is another one when a socket becomes free: none would be used again.
  agent.isSecureEndpoint = () => true;
  return agent;
}
