import { ApiError } from '../http/api-error.ts';
import { isObject, type Json, type JsonObject, objectAt, stringAt } from '../json.ts';
import type { User } from './identities.ts';
import type { ApplicationCredential, Grant, Keystone } from './keystone.ts';
import type { Token } from './token.ts';

/** Turns the body of a token request into a grant; ApiError 400 for a malformed one, 401 for a wrong one. */
export function authenticate(keystone: Keystone, body: Json | undefined): Grant {
  if (!isObject(body) || body.auth === undefined) {
    throw new ApiError(
      400,
      'Expecting to find auth in request body. The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.',
    );
  }
  const auth = objectAt(body, 'auth');
  const identity = auth.identity;
  if (!isObject(identity)) throw new ApiError(400, "'identity' is a required property");
  const methods = identity.methods;
  if (!Array.isArray(methods)) throw new ApiError(400, "'methods' is a required property");
  if (methods.includes('password')) {
    const user = userOf(keystone, objectAt(identity.password, 'user'));
    return { ...scopeOf(keystone, user, auth.scope), user, methods: ['password'] };
  }
  if (methods.includes('application_credential')) {
    const credential = credentialOf(keystone, objectAt(identity, 'application_credential'));
    const { user, project, roles } = credential;
    return { user, project, roles, system: false, methods: ['application_credential'], credential };
  }
  if (methods.includes('token')) {
    const token = keystone.validate(stringAt(identity.token, 'id')) ?? unauthorized();
    const methodsUsed = [...new Set([...token.methods, 'token'])];
    // A token bought with a token never outlives it.
    const { user, expiresAt } = token;
    return { ...scopeOf(keystone, user, auth.scope), user, methods: methodsUsed, expiresAt };
  }
  return unauthorized();
}

function unauthorized(): never {
  throw new ApiError(401, 'The request you have made requires authentication.');
}

function inDefaultDomain(reference: JsonObject): boolean {
  const domain = objectAt(reference, 'domain');
  return domain.id === 'default' || domain.name === 'Default';
}

function findUser(keystone: Keystone, reference: JsonObject): User | undefined {
  return keystone.identities.users.find(
    user => reference.id === user.id || (reference.name === user.name && inDefaultDomain(reference)),
  );
}

function userOf(keystone: Keystone, reference: JsonObject): User {
  const user = findUser(keystone, reference);
  return user !== undefined && reference.password === user.password ? user : unauthorized();
}

function credentialOf(keystone: Keystone, reference: JsonObject): ApplicationCredential {
  const owner = findUser(keystone, objectAt(reference, 'user'));
  const credential = [...keystone.credentials.values()].find(
    ({ id, name, user }) => reference.id === id || (reference.name === name && user === owner),
  );
  if (credential === undefined || reference.secret !== credential.secret) return unauthorized();
  if (credential.expiresAt !== null && credential.expiresAt.getTime() <= Date.now()) return unauthorized();
  return credential;
}

function scopeOf(keystone: Keystone, user: User, scope: Json | undefined): Pick<Token, 'project' | 'system' | 'roles'> {
  if (!isObject(scope) || 'unscoped' in scope) return { project: null, system: false, roles: [] };
  if ('system' in scope) {
    if (!user.roles.includes('admin')) unauthorized();
    return { project: null, system: true, roles: user.roles };
  }
  const wanted = objectAt(scope, 'project');
  const project = keystone.identities.projects.find(
    ({ id, name }) => wanted.id === id || (wanted.name === name && inDefaultDomain(wanted)),
  );
  if (project === undefined || project !== user.project) return unauthorized();
  return { project, system: false, roles: user.roles };
}
