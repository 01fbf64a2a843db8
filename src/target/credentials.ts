import { closest, distance } from 'fastest-levenshtein';
import type { Cloud } from './clouds-yaml/cloud.ts';
import { checkUrl } from './endpoint-url.ts';
import { TargetError } from './errors.ts';
import { stringAt } from './json.ts';
import { tokenRequest, tokenUrls } from './keystone.ts';
import type { Credentials } from './resolved.ts';

/** What each supported `auth_type` asks Keystone for; `none`: nothing. */
const kinds = new Map([
  ['password', 'password'],
  ['v3password', 'password'],
  ['token', 'token'],
  ['v3token', 'token'],
  ['v3applicationcredential', 'application_credential'],
  ['none', 'none'],
] as const);

/** How a cloud authenticates, and its secrets. @throws TargetError `config` where something is missing or unknown */
export function credentialsOf(cloud: Cloud): { credentials: Credentials; secrets: string[] } {
  const { auth } = cloud;
  const kind = authKind(cloud);
  if (kind === 'none') return { credentials: { kind: 'fixed' }, secrets: [] };

  const need = (test: boolean, what: string) => {
    if (!test) throw new TargetError('config', `${cloud.where}: cloud ${cloud.name} has no ${what}`);
  };
  const has = (key: string) => stringAt(auth, key) !== undefined;
  const authUrl = stringAt(auth, 'auth_url') ?? '';
  need(authUrl !== '', 'auth.auth_url (the URL of its Keystone)');
  if (kind === 'password') {
    need(has('username') || has('user_id'), 'auth.username');
    need(has('password'), 'auth.password (clouds.yaml, secure.yaml or OS_PASSWORD)');
  } else if (kind === 'token') {
    need(has('token'), 'auth.token');
  } else {
    need(has('application_credential_id') || has('application_credential_name'), 'auth.application_credential_id');
    need(has('application_credential_secret'), 'auth.application_credential_secret');
  }
  const url = checkUrl(authUrl, `${cloud.where}: auth_url`);
  const user = stringAt(auth, 'username') ?? stringAt(auth, 'user_id') ?? stringAt(auth, 'application_credential_id');
  const project = stringAt(auth, 'project_name') ?? stringAt(auth, 'project_id');
  return {
    credentials: {
      kind: 'keystone',
      who: `cloud ${cloud.name}${user ? `, user ${user}` : ''}${project ? `, project ${project}` : ''}`,
      authUrl: url,
      urls: tokenUrls(url),
      body: tokenRequest(kind, auth),
    },
    secrets: ['password', 'token', 'application_credential_secret'].flatMap(key => stringAt(auth, key) ?? []),
  };
}

function authKind(cloud: Cloud): 'password' | 'token' | 'application_credential' | 'none' {
  const type = stringAt(cloud.settings, 'auth_type') ?? 'password';
  const supported = [...kinds.keys()];
  const known = supported.find(name => name === (type === 'None' ? 'none' : type));
  const kind = known === undefined ? undefined : kinds.get(known);
  if (kind !== undefined) return kind;
  const near = closest(type, supported);
  const guess = distance(type, near) <= 2 ? `did you mean ${near}? ` : '';
  const text = `${cloud.where}: auth_type ${type} of cloud ${cloud.name} is not supported`;
  throw new TargetError('config', text, `${guess}supported are ${supported.join(', ')}`);
}
