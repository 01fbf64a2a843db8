import { BlockList, isIP } from 'node:net';
import { TargetError } from './errors.ts';

/** A proxy, and the variable that names it. */
export interface ProxyServer {
  /** With the credentials, if it has any: for the agent alone. */
  url: string;
  variable: string;
}

/** What the environment says about proxies; plain data that crosses to a worker thread. */
export interface Proxies {
  http: ProxyServer | null;
  https: ProxyServer | null;
  /** The entries of NO_PROXY, in lower case. */
  exempt: string[];
}

/** Schemes of proxies, as URLs have them. */
const schemes = ['http:', 'https:', 'socks:', 'socks4:', 'socks4a:', 'socks5:', 'socks5h:'];

/** Reads *_PROXY as curl and the OpenStack clients do: the lower-case name wins. @throws TargetError `config` for what is no URL of a proxy */
export function proxiesOf(env: NodeJS.ProcessEnv): Proxies {
  const all = proxyNamed('all_proxy', env);
  return {
    http: proxyNamed('http_proxy', env) ?? all,
    https: proxyNamed('https_proxy', env) ?? all,
    exempt: (env.no_proxy || env.NO_PROXY || '')
      .toLowerCase()
      .split(/[\s,]+/)
      .filter(entry => entry !== ''),
  };
}

/** The proxy for a URL; never one for the loopback, where the embedded cloud listens. */
export function proxyFor(url: URL, { http, https, exempt }: Proxies): ProxyServer | null {
  const proxy = url.protocol === 'https:' ? https : http;
  if (proxy === null) return null;
  const host = bareHost(url);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  if (isLoopback(host) || exempt.some(entry => exempts(entry, host, port))) return null;
  return proxy;
}

/** A proxy's URL without user and password, for messages. */
export function shownProxy({ url }: ProxyServer): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

/** What must not appear in evidence: the passwords, and the header that carries them. */
export function proxySecrets({ http, https }: Proxies): string[] {
  return [http, https].flatMap(proxy => {
    if (proxy === null) return [];
    const { username, password } = new URL(proxy.url);
    if (password === '') return [];
    const [user, word] = [decodeURIComponent(username), decodeURIComponent(password)];
    return [password, word, Buffer.from(`${user}:${word}`).toString('base64')];
  });
}

/** The host of a URL without the brackets of IPv6. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function proxyNamed(name: string, env: NodeJS.ProcessEnv): ProxyServer | null {
  const variable = env[name] ? name : name.toUpperCase();
  const value = env[variable];
  if (!value) return null;
  const url = /^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const wrong = (hint: string) => new TargetError('config', `${variable} is not the URL of a proxy`, hint);
  if (!URL.canParse(url)) throw wrong('it must look like http://proxy.example.org:3128');
  const { protocol, username, password } = new URL(url);
  if (!schemes.includes(protocol)) {
    throw wrong(`${protocol}// is none of ${schemes.map(scheme => `${scheme}//`).join(', ')}`);
  }
  try {
    decodeURIComponent(username + password);
  } catch {
    throw wrong('a % in its user or password must be written as %25');
  }
  return { url, variable };
}

/** Whether an entry of NO_PROXY means this host: `*`, a domain with all below it, an address or a network, each with or without a port. */
function exempts(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const [, name = entry, only] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
  if (only !== undefined && only !== port) return false;
  const domain = name.replace(/^\[|\]$/g, '').replace(/^\*?\.?/, '');
  if (host === domain || host.endsWith(`.${domain}`)) return true;
  return isIP(host) !== 0 && inNetwork(domain, host);
}

function inNetwork(network: string, host: string): boolean {
  const [address = '', prefix = ''] = network.split('/');
  const family = isIP(address);
  const bits = Number(prefix);
  if (family === 0 || !/^\d+$/.test(prefix) || bits > (family === 6 ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(address, bits, family === 6 ? 'ipv6' : 'ipv4');
  return list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host);
}
