import { TargetError } from './errors.ts';

/** The URL without trailing slashes. @throws TargetError `config` naming `what` when it is no http(s) URL, or holds a password */
export function checkUrl(url: string, what: string): string {
  const { protocol, username, password } = URL.canParse(url)
    ? new URL(url)
    : { protocol: '', username: '', password: '' };
  if (username !== '' || password !== '') {
    throw new TargetError('config', `${what}: user and password do not belong into a URL`);
  }
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new TargetError('config', `${what}: ${url} is no URL of a service`, 'it must begin with http:// or https://');
  }
  return url.replace(/\/+$/, '');
}

/** A compute endpoint in its parts: before `/v2.1` (or the outdated `/v2`), and `/PROJECT` behind it if there. */
export function splitCompute(endpoint: string): { root: string; project: string } {
  const match = /^(.*?)\/v2(?:\.\d+)?(\/[^/]+)?$/.exec(endpoint);
  return { root: match?.[1] ?? endpoint, project: match?.[2] ?? '' };
}

/** A block storage endpoint of version 3; null for one of an older version. Cinder before 2023.1 needs the project in it. */
export function volumeEndpoint(endpoint: string, projectId: string | null): string | null {
  if (/\/v[12](\/[^/]+)?$/.test(endpoint)) return null;
  if (/\/v3(\/[^/]+)?$/.test(endpoint)) return endpoint;
  return `${endpoint}/v3${projectId === null ? '' : `/${projectId}`}`;
}

/** The endpoint with `/VERSION` at its end. */
export function withVersion(endpoint: string, version: string): string {
  return /\/v\d+(\.\d+)?$/.test(endpoint) ? endpoint : `${endpoint}/${version}`;
}
