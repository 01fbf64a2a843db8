import { ApiError } from '../http/api-error.ts';
import { newSecret } from '../ids.ts';
import { isObject, type Json, objectAt, stringAt } from '../json.ts';
import { repr } from '../python.ts';
import type { ApplicationCredential, Keystone } from './keystone.ts';
import type { Token } from './token.ts';

/** Makes an application credential for the bearer of the token; its roles are all of the token's, or a subset. */
export function createCredential(keystone: Keystone, token: Token, body: Json | undefined): ApplicationCredential {
  const wanted = objectAt(body, 'application_credential');
  const name = stringAt(wanted, 'name');
  if (name === undefined) {
    throw new ApiError(
      400,
      `Invalid input for field/attribute application_credential. Value: ${repr(wanted)}. 'name' is a required property`,
    );
  }
  if (token.project === null) throw new ApiError(403, 'You are not authorized to perform the requested action.');
  if (ownCredentials(keystone, token.user.id).some(credential => credential.name === name)) {
    throw new ApiError(
      409,
      `Conflict occurred attempting to store application_credential - Duplicate entry found with name ${name}.`,
    );
  }
  return keystone.addCredential({
    name,
    description: stringAt(wanted, 'description') ?? null,
    user: token.user,
    project: token.project,
    roles: rolesWanted(keystone, token, wanted.roles),
    secret: stringAt(wanted, 'secret') ?? newSecret(64),
    unrestricted: typeof wanted.unrestricted === 'boolean' ? wanted.unrestricted : undefined,
    expiresAt: expiryOf(stringAt(wanted, 'expires_at')),
  });
}

/** The application credentials of one user. */
export function ownCredentials(keystone: Keystone, userId: string): ApplicationCredential[] {
  return [...keystone.credentials.values()].filter(({ user }) => user.id === userId);
}

/** One application credential of a user; ApiError 404 where it has no such one. */
export function credentialOfUser(keystone: Keystone, userId: string, id: string): ApplicationCredential {
  const credential = keystone.credentials.get(id);
  if (credential?.user.id === userId) return credential;
  throw new ApiError(404, `Could not find Application Credential: ${id}.`);
}

function rolesWanted(keystone: Keystone, token: Token, roles: Json | undefined): readonly string[] {
  if (!Array.isArray(roles) || roles.length === 0) return token.roles;
  return roles.filter(isObject).map(role => {
    const known = token.roles.find(name => role.name === name || role.id === keystone.identities.roles.get(name));
    if (known === undefined) throw new ApiError(400, 'Invalid application credential: Could not find role assignment.');
    return known;
  });
}

function expiryOf(text: string | undefined): Date | null {
  if (text === undefined) return null;
  const moment = new Date(/[zZ]|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`);
  if (Number.isNaN(moment.getTime())) throw new ApiError(400, `Invalid timestamp: ${text}`);
  return moment;
}
