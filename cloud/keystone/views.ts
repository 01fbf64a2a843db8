import { micros } from '../dates.ts';
import type { Json, JsonObject } from '../json.ts';
import { catalogOf } from './catalog.ts';
import type { Project } from './identities.ts';
import type { ApplicationCredential, Keystone } from './keystone.ts';
import type { Token } from './token.ts';

const domain = { id: 'default', name: 'Default' };

/** The version document's one entry. */
export function versionView(url: string): Json {
  return {
    id: 'v3.14',
    status: 'stable',
    updated: '2020-04-07T00:00:00Z',
    links: [{ rel: 'self', href: `${url}/identity/v3/` }],
    'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
  };
}

/** The body of a token, with its catalog where it has a project. */
export function tokenView(keystone: Keystone, token: Token): JsonObject {
  const scope =
    token.project === null
      ? token.system
        ? { system: { all: true } }
        : {}
      : { project: { domain, id: token.project.id, name: token.project.name }, is_domain: false };
  const scoped = token.project !== null || token.system;
  return {
    methods: token.methods,
    user: { domain, id: token.user.id, name: token.user.name, password_expires_at: null },
    audit_ids: [token.auditId],
    expires_at: `${micros(token.expiresAt)}Z`,
    issued_at: `${micros(token.issuedAt)}Z`,
    ...scope,
    ...(scoped ? { roles: roleViews(keystone, token.roles) } : {}),
    ...(token.credential === null
      ? {}
      : {
          application_credential: {
            id: token.credential.id,
            name: token.credential.name,
            restricted: !token.credential.unrestricted,
          },
        }),
    ...(scoped ? { catalog: catalogOf(keystone.url, token.project?.id ?? '') } : {}),
  };
}

function roleViews(keystone: Keystone, roles: readonly string[]): { id: string; name: string }[] {
  return roles.map(name => ({ id: keystone.identities.roles.get(name) ?? '', name }));
}

/** One project. */
export function projectView(keystone: Keystone, { id, name }: Project): Json {
  return {
    id,
    name,
    domain_id: 'default',
    description: '',
    enabled: true,
    parent_id: 'default',
    is_domain: false,
    tags: [],
    options: {},
    links: { self: `${keystone.url}/identity/v3/projects/${id}` },
  };
}

/** One application credential, without its secret. */
export function credentialView(keystone: Keystone, credential: ApplicationCredential): JsonObject {
  const { id, name, description, user, project, expiresAt, roles, unrestricted } = credential;
  return {
    id,
    name,
    description,
    user_id: user.id,
    project_id: project.id,
    system: null,
    expires_at: expiresAt === null ? null : micros(expiresAt),
    unrestricted: unrestricted ?? null,
    roles: roleViews(keystone, roles).map(role => ({
      ...role,
      domain_id: null,
      description: null,
      options: { immutable: true },
    })),
    links: { self: `${keystone.url}/identity/v3/application_credentials/${id}` },
  };
}
