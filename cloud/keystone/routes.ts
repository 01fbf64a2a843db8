import { ApiError } from '../http/api-error.ts';
import type { Exchange } from '../http/exchange.ts';
import { emptyReply, jsonReply, type Reply } from '../http/reply.ts';
import type { Route, Service } from '../http/route.ts';
import { type Json, type JsonObject, parseJson } from '../json.ts';
import { keystonePaths } from '../unmodelled/keystone.ts';
import { knownRoutes, notModelled } from '../unmodelled/not-modelled.ts';
import { authenticate } from './authenticate.ts';
import { catalogOf } from './catalog.ts';
import { createCredential, credentialOfUser, ownCredentials } from './credentials.ts';
import { type Keystone, tokenPrefix } from './keystone.ts';
import type { Token } from './token.ts';
import { credentialView, projectView, tokenView, versionView } from './views.ts';

const titles = new Map([
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [409, 'Conflict'],
  [500, 'Internal Server Error'],
  [501, 'Not Implemented'],
]);

/** The identity service: tokens, catalog, projects and application credentials of Keystone v3. */
export function keystoneService(keystone: Keystone): Service {
  const base = '/identity/v3';
  const version = versionView(keystone.url);
  const route = (method: Route['method'], path: string, answer: (exchange: Exchange) => Reply): Route => ({
    method,
    path,
    handle: exchange => guarded(keystone, exchange, () => answer(exchange)),
  });
  const signedIn = (answer: (token: Token, exchange: Exchange) => Reply) => (exchange: Exchange) =>
    answer(bearer(keystone, exchange), exchange);
  const own = (answer: (userId: string, token: Token, exchange: Exchange) => Reply) =>
    signedIn((token, exchange) => {
      const userId = exchange.params.user_id ?? '';
      if (userId !== token.user.id && !token.roles.includes('admin')) forbidden('identity:get_application_credential');
      return answer(userId, token, exchange);
    });
  const credentials = `${base}/users/:user_id/application_credentials`;
  const multiple = (): Reply =>
    jsonReply(300, { versions: { values: [version] } }, [['Location', `${keystone.url}${base}/`]]);
  const single = (): Reply => jsonReply(200, { version });
  return {
    type: 'identity',
    prefix: '/identity',
    head: true,
    others: () =>
      knownRoutes(keystonePaths).map(({ method, path, name }) =>
        route(
          method,
          base + path,
          signedIn(() => {
            throw notModelled('Keystone', name);
          }),
        ),
      ),
    unrouted: exchange => guarded(keystone, exchange, nowhere),
    routes: [
      route('GET', '/identity', multiple),
      route('GET', '/identity/', multiple),
      route('GET', base, single),
      route('GET', `${base}/`, single),
      route('POST', `${base}/auth/tokens`, exchange => {
        const token = keystone.issue(authenticate(keystone, bodyOf(exchange)));
        return tokenReply(keystone, token, 201, exchange);
      }),
      route(
        'GET',
        `${base}/auth/tokens`,
        signedIn((_, exchange) => tokenReply(keystone, subject(keystone, exchange), 200, exchange)),
      ),
      route(
        'DELETE',
        `${base}/auth/tokens`,
        signedIn((_, exchange) => {
          keystone.revoke(subject(keystone, exchange).id);
          return emptyReply(204);
        }),
      ),
      route(
        'GET',
        `${base}/auth/catalog`,
        signedIn(token =>
          jsonReply(200, {
            catalog: catalogOf(keystone.url, token.project?.id ?? ''),
            links: { self: `${keystone.url}${base}/auth/catalog` },
          }),
        ),
      ),
      route(
        'GET',
        `${base}/auth/projects`,
        signedIn(token => projectList(keystone, [token.user.project], 'auth/projects')),
      ),
      route(
        'GET',
        `${base}/users/:user_id/projects`,
        own(userId => projectList(keystone, [userNamed(keystone, userId).project], `users/${userId}/projects`)),
      ),
      route(
        'GET',
        `${base}/projects`,
        signedIn(token => {
          if (!token.roles.includes('admin')) forbidden('identity:list_projects');
          return projectList(keystone, keystone.identities.projects, 'projects');
        }),
      ),
      route(
        'GET',
        `${base}/projects/:project_id`,
        signedIn((token, exchange) => {
          const id = exchange.params.project_id ?? '';
          if (!token.roles.includes('admin') && token.project?.id !== id) forbidden('identity:get_project');
          const project = keystone.identities.projects.find(candidate => candidate.id === id);
          return jsonReply(200, {
            project: projectView(keystone, project ?? notFound(`Could not find project: ${id}.`)),
          });
        }),
      ),
      route(
        'POST',
        credentials,
        own((_, token, exchange) => {
          const made = createCredential(keystone, token, bodyOf(exchange));
          const view = { ...credentialView(keystone, made), secret: made.secret };
          return jsonReply(201, { application_credential: view });
        }),
      ),
      route(
        'GET',
        credentials,
        own(userId =>
          jsonReply(200, {
            application_credentials: ownCredentials(keystone, userId).map(one => credentialView(keystone, one)),
            links: { next: null, self: keystone.url + credentials.replace(':user_id', userId), previous: null },
          }),
        ),
      ),
      route(
        'GET',
        `${credentials}/:id`,
        own((userId, _, exchange) => {
          const found = credentialOfUser(keystone, userId, exchange.params.id ?? '');
          return jsonReply(200, { application_credential: credentialView(keystone, found) });
        }),
      ),
      route(
        'DELETE',
        `${credentials}/:id`,
        own((userId, _, exchange) => {
          keystone.credentials.delete(credentialOfUser(keystone, userId, exchange.params.id ?? '').id);
          return emptyReply(204);
        }),
      ),
    ],
  };
}

function guarded(keystone: Keystone, exchange: Exchange, answer: () => Reply): Reply {
  const common: Reply['headers'] = [
    ['Vary', 'X-Auth-Token'],
    ['x-openstack-request-id', exchange.requestId],
  ];
  let reply: Reply;
  try {
    reply = answer();
  } catch (error) {
    const code = error instanceof ApiError ? error.status : 500;
    const message =
      error instanceof ApiError
        ? error.message
        : 'An unexpected error prevented the server from fulfilling your request.';
    const challenge: Reply['headers'] =
      code === 401 ? [['WWW-Authenticate', `Keystone uri="${keystone.url}/identity/v3"`]] : [];
    reply = jsonReply(code, { error: { code, message, title: titles.get(code) ?? '' } }, challenge);
  }
  return { ...reply, headers: [...reply.headers, ...common] };
}

function bodyOf(exchange: Exchange): Json {
  const body = parseJson(exchange.body?.toString() ?? '');
  if (body === undefined) {
    throw new ApiError(
      400,
      'Expecting to find valid JSON in request body. The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.',
    );
  }
  return body;
}

function bearer(keystone: Keystone, exchange: Exchange): Token {
  const token = keystone.validate(header(exchange, 'x-auth-token'));
  if (token === undefined) throw new ApiError(401, 'The request you have made requires authentication.');
  return token;
}

function subject(keystone: Keystone, exchange: Exchange): Token {
  const id = header(exchange, 'x-subject-token');
  const token = keystone.validate(id);
  if (token !== undefined) return token;
  return notFound(id?.startsWith(tokenPrefix) ? `Could not find token: ${id}.` : 'Could not recognize Fernet token');
}

function header(exchange: Exchange, name: string): string | undefined {
  const value = exchange.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function tokenReply(keystone: Keystone, token: Token, status: number, exchange: Exchange): Reply {
  const view: JsonObject = tokenView(keystone, token);
  const bare = /(^|&)nocatalog/.test(exchange.query);
  const { catalog, ...rest } = view;
  const body = bare || catalog === undefined ? rest : view;
  return jsonReply(status, { token: body }, [['X-Subject-Token', token.id]]);
}

function projectList(keystone: Keystone, projects: Keystone['identities']['projects'], path: string): Reply {
  return jsonReply(200, {
    projects: projects.map(project => projectView(keystone, project)),
    links: { next: null, self: `${keystone.url}/identity/v3/${path}`, previous: null },
  });
}

function userNamed(keystone: Keystone, id: string): Keystone['identities']['users'][number] {
  return keystone.identities.users.find(user => user.id === id) ?? notFound(`Could not find user: ${id}.`);
}

/** The framework's own page. */
function nowhere(): Reply {
  const body =
    '<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>\n';
  return { status: 404, headers: [['Content-Type', 'text/html; charset=utf-8']], body };
}

function forbidden(rule: string): never {
  throw new ApiError(403, `You are not authorized to perform the requested action: ${rule}.`);
}

function notFound(message: string): never {
  throw new ApiError(404, message);
}
