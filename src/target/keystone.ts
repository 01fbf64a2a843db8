import type { Client } from './client.ts';
import { TargetError } from './errors.ts';
import { isMapping, listAt, type Mapping, mappingAt, parseJson, stringAt } from './json.ts';
import type { Credentials, Tls } from './resolved.ts';
import { unexpectedAnswer } from './unexpected.ts';
import { userAgent } from './user-agent.ts';

/** What Keystone says about a new token. */
export interface Grant {
  token: string;
  roles: string[];
  projectId: string | null;
  userId: string | null;
  /** The service catalog, as it came. */
  catalog: unknown[];
}

/**
 * Gets a token from Keystone v3; the client's redactor learns it.
 * @throws TargetError `auth` when the credentials are refused, `protocol` when no Keystone v3 answers
 */
export async function authenticate(
  client: Client,
  credentials: Extract<Credentials, { kind: 'keystone' }>,
  tls: Tls,
): Promise<Grant> {
  const headers = { Accept: 'application/json', 'Content-Type': 'application/json', 'User-Agent': userAgent };
  const body = Buffer.from(JSON.stringify(credentials.body), 'utf8');
  let url = credentials.urls[0] ?? credentials.authUrl;
  let answer = await client.send({ method: 'POST', url, headers, body }, tls);
  for (const candidate of credentials.urls.slice(1)) {
    if (answer.status !== 404) break;
    url = candidate;
    answer = await client.send({ method: 'POST', url, headers, body }, tls);
  }
  const json = parseJson(answer.body);
  const asked = `${credentials.who} at ${credentials.authUrl}`;
  if (answer.status === 400 || answer.status === 401 || answer.status === 403) {
    const said = stringAt(mappingAt(json, 'error'), 'message') ?? `status ${answer.status}`;
    const text = `Keystone refuses ${asked}: ${said}`.replace(/\s+/g, ' ').replace(/\.$/, '');
    throw new TargetError('auth', client.redactor.text(text), 'check user, password, project and their domains');
  }
  const token = answer.headers['x-subject-token'];
  const granted = isMapping(json) ? json.token : undefined;
  if (!token || !isMapping(granted)) {
    throw unexpectedAnswer(`POST ${client.redactor.text(url)}`, answer, 'is this auth_url a Keystone v3?');
  }
  client.redactor.add(token);
  return {
    token,
    roles: listAt(granted, 'roles').flatMap(role => stringAt(role, 'name') ?? []),
    projectId: stringAt(mappingAt(granted, 'project'), 'id') ?? null,
    userId: stringAt(mappingAt(granted, 'user'), 'id') ?? null,
    catalog: listAt(granted, 'catalog'),
  };
}

/** Where to POST for a token, most likely first: an auth_url may or may not end in its version. */
export function tokenUrls(authUrl: string): string[] {
  const url = authUrl.replace(/\/+$/, '');
  const root = url.replace(/\/v(?:2\.0|3)$/, '');
  const urls = [`${root}/v3/auth/tokens`, `${url}/auth/tokens`];
  if (root !== url) urls.push(`${url}/v3/auth/tokens`);
  return [...new Set(urls)];
}

/** The body of the token request for a cloud's `auth` settings; undefined settings are left out. */
export function tokenRequest(kind: 'password' | 'token' | 'application_credential', auth: Mapping): Mapping {
  const user = (): Mapping => ({
    ...named(auth, 'user_id', 'username'),
    ...(stringAt(auth, 'user_id') ? {} : domain(auth, 'user')),
  });
  if (kind === 'application_credential') {
    const id = stringAt(auth, 'application_credential_id');
    const secret = auth.application_credential_secret;
    const credential = id ? { id, secret } : { name: auth.application_credential_name, secret, user: user() };
    // The credential itself is bound to a project: Keystone refuses a scope beside it.
    return { auth: { identity: { methods: ['application_credential'], application_credential: credential } } };
  }
  const identity =
    kind === 'token'
      ? { methods: ['token'], token: { id: auth.token } }
      : { methods: ['password'], password: { user: { ...user(), password: auth.password } } };
  const scope = scopeOf(auth);
  return { auth: { identity, ...(scope ? { scope } : {}) } };
}

function scopeOf(auth: Mapping): Mapping | undefined {
  if (stringAt(auth, 'project_id')) return { project: { id: auth.project_id } };
  if (stringAt(auth, 'project_name')) return { project: { name: auth.project_name, ...domain(auth, 'project') } };
  if (stringAt(auth, 'domain_id') ?? stringAt(auth, 'domain_name')) {
    return { domain: named(auth, 'domain_id', 'domain_name') };
  }
  if (stringAt(auth, 'trust_id')) return { 'OS-TRUST:trust': { id: auth.trust_id } };
  return stringAt(auth, 'system_scope') ? { system: { all: true } } : undefined;
}

function domain(auth: Mapping, owner: 'user' | 'project'): Mapping {
  const found = named(auth, `${owner}_domain_id`, `${owner}_domain_name`);
  const fallback = named(auth, 'default_domain_id', 'default_domain_name');
  const chosen = Object.keys(found).length > 0 ? found : fallback;
  return Object.keys(chosen).length > 0 ? { domain: chosen } : {};
}

function named(auth: Mapping, idKey: string, nameKey: string): Mapping {
  const id = stringAt(auth, idKey);
  if (id) return { id };
  const name = stringAt(auth, nameKey);
  return name ? { name } : {};
}
