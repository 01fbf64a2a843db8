import { isMapping, type Mapping, stringAt } from '../json.ts';

/** Old names of settings, weakest first; for these the top level wins over `auth:` (it may be an override). */
const moved: Record<string, string[]> = {
  domain_id: ['domain_id'],
  domain_name: ['domain_name'],
  user_domain_id: ['user_domain_id'],
  user_domain_name: ['user_domain_name'],
  project_domain_id: ['project_domain_id'],
  project_domain_name: ['project_domain_name'],
  token: ['auth_token', 'token'],
  project_id: ['tenant_id', 'project_id'],
  project_name: ['tenant_name', 'project_name'],
};

/** Options of the authentication plugins; for these `auth:` wins over the top level. */
const options: Record<string, string[]> = {
  auth_url: ['auth_url'],
  username: ['username', 'user_name'],
  user_id: ['user_id'],
  password: ['password'],
  system_scope: ['system_scope'],
  trust_id: ['trust_id'],
  default_domain_id: ['default_domain_id'],
  default_domain_name: ['default_domain_name'],
  application_credential_id: ['application_credential_id'],
  application_credential_name: ['application_credential_name'],
  application_credential_secret: ['application_credential_secret'],
  endpoint: ['endpoint'],
};

/**
 * Brings a merged cloud into one form, whatever generation of names it uses: everything about authentication in `auth`,
 * `auth_type`, `interface`. Keys must have been normalised.
 */
export function fixUp(cloud: Mapping): Mapping {
  const fixed = interfaces(cloud);
  const auth: Mapping = isMapping(fixed.auth) ? { ...fixed.auth } : {};

  fixed.auth_type = fixed.auth_type ?? fixed.auth_plugin;
  for (const [name, sources] of Object.entries(moved)) {
    let found: string | undefined;
    for (const source of sources) {
      found = stringAt(auth, source) ?? found;
      delete auth[source];
      found = stringAt(fixed, source) ?? found;
      delete fixed[source];
    }
    if (found !== undefined) auth[name] = found;
  }
  for (const [name, sources] of Object.entries(options)) {
    const found = [auth, fixed]
      .flatMap(from => sources.map(source => stringAt(from, source)))
      .find(value => value !== undefined);
    for (const source of sources) delete auth[source];
    if (found !== undefined) auth[name] = found;
  }
  shareDomain(auth);
  return { ...fixed, auth };
}

/** `endpoint_type` and its per-service forms are today's `interface`. */
function interfaces(cloud: Mapping): Mapping {
  return Object.fromEntries(
    Object.entries(cloud).map(([key, value]) => [key.replace(/endpoint_type$/, 'interface'), value]),
  );
}

/** With a project in play, a plain `domain_*` stands for the domains of user and project alike. */
function shareDomain(auth: Mapping): void {
  if (!stringAt(auth, 'project_id') && !stringAt(auth, 'project_name')) return;
  for (const kind of ['id', 'name']) {
    const shared = stringAt(auth, `domain_${kind}`);
    delete auth[`domain_${kind}`];
    if (shared === undefined) continue;
    auth[`user_domain_${kind}`] ??= shared;
    auth[`project_domain_${kind}`] ??= shared;
  }
}
