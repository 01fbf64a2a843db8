import { describe, expect, test } from 'vitest';
import { loadClouds } from '../../src/target/clouds-yaml/cloud.ts';
import { credentialsOf } from '../../src/target/credentials.ts';
import { targetConfigured } from '../../src/target/settings.ts';
import { environment, failure, settings, tree } from './support.ts';

/** A cloud named `c` in flow style, to keep the tables short. */
const c = (text: string) => `clouds: {c: {${text}}}`;

interface Row {
  title: string;
  files?: Record<string, string>;
  env?: Record<string, string>;
  cloud?: string;
  /** What `auth` contains. */
  auth?: Record<string, string>;
  /** What the settings contain. */
  settings?: Record<string, unknown>;
  region?: string;
}

const rows: Row[] = [
  {
    title: 'the working folder beats ~/.config',
    files: {
      'cwd/clouds.yaml': c('auth: {username: cwd}'),
      '.config/openstack/clouds.yaml': c('auth: {username: home}'),
    },
    auth: { username: 'cwd' },
  },
  { title: '.yml counts', files: { 'cwd/clouds.yml': c('auth: {username: yml}') }, auth: { username: 'yml' } },
  {
    title: '.json counts, tabs and all',
    files: { 'cwd/clouds.json': '{\n\t"clouds": {\n\t\t"c": {"auth": {"username": "json"}}}}' },
    auth: { username: 'json' },
  },
  {
    title: 'XDG_CONFIG_HOME',
    files: { 'xdg-home/openstack/clouds.yaml': c('auth: {username: xdg}') },
    env: { XDG_CONFIG_HOME: '{root}/xdg-home' },
    auth: { username: 'xdg' },
  },
  {
    title: 'site folder',
    files: { 'xdg/openstack/clouds.yaml': c('auth: {username: site}') },
    auth: { username: 'site' },
  },
  {
    title: 'OS_CLIENT_CONFIG_FILE beats the working folder',
    files: { 'my.yaml': c('auth: {username: named}'), 'cwd/clouds.yaml': c('auth: {username: cwd}') },
    env: { OS_CLIENT_CONFIG_FILE: '{root}/my.yaml' },
    auth: { username: 'named' },
  },
  {
    title: 'secure.yaml is merged deeply over clouds.yaml',
    files: {
      'cwd/clouds.yaml': c('auth: {username: u, password: old}'),
      'cwd/secure.yaml': c('auth: {password: new}'),
    },
    auth: { username: 'u', password: 'new' },
  },
  {
    title: 'OS_CLIENT_SECURE_FILE',
    files: { 'cwd/clouds.yaml': c('auth: {username: u}'), 's.yaml': c('auth: {password: p}') },
    env: { OS_CLIENT_SECURE_FILE: '{root}/s.yaml' },
    auth: { password: 'p' },
  },
  {
    title: 'a profile of clouds-public.yaml lies under the cloud',
    files: {
      'cwd/clouds.yaml': c('profile: vendor, auth: {username: u}, region_name: mine'),
      'cwd/clouds-public.yaml':
        'public-clouds: {vendor: {auth: {auth_url: "https://v", username: x}, regions: [theirs]}}',
    },
    auth: { auth_url: 'https://v', username: 'u' },
    region: 'mine',
  },
  {
    title: "a profile's first region",
    files: {
      'cwd/clouds.yaml': c('cloud: vendor'),
      'cwd/clouds-public.yaml': 'public-clouds: {vendor: {auth: {auth_url: "https://v"}, regions: [a, b]}}',
    },
    region: 'a',
  },
  {
    title: 'OS_CLOUD chooses',
    files: { 'cwd/clouds.yaml': 'clouds: {c: {auth: {username: c}}, d: {auth: {username: d}}}' },
    env: { OS_CLOUD: 'd' },
    auth: { username: 'd' },
  },
  {
    title: 'the argument beats OS_CLOUD',
    files: { 'cwd/clouds.yaml': 'clouds: {c: {auth: {username: c}}, d: {auth: {username: d}}}' },
    env: { OS_CLOUD: 'd' },
    cloud: 'c',
    auth: { username: 'c' },
  },
  {
    title: 'the environment beats the only cloud of the file',
    files: { 'cwd/clouds.yaml': c('auth: {username: c}') },
    env: { OS_USERNAME: 'env', OS_AUTH_URL: 'http://k', OS_PROJECT_NAME: 'p' },
    auth: { username: 'env', auth_url: 'http://k', project_name: 'p' },
  },
  {
    title: 'OS_* do not overlay a named cloud',
    files: { 'cwd/clouds.yaml': c('auth: {username: c}') },
    env: { OS_USERNAME: 'env', OS_CLOUD: 'c', OS_REGION_NAME: 'r' },
    auth: { username: 'c' },
  },
  {
    title: 'selectors, test variables and empty ones make no cloud',
    files: { 'cwd/clouds.yaml': c('auth: {username: c}') },
    env: { OS_REGION_NAME: 'r', OS_TEST_PATH: 'x', OS_LOG_CAPTURE: '1', OS_STDOUT: '1', OS_PROJECT_ID: '' },
    auth: { username: 'c' },
  },
  {
    title: 'OS_CLOUD_NAME names the cloud of the environment',
    env: { OS_CLOUD_NAME: 'mine', OS_USERNAME: 'env', OS_REGION_NAME: 'r' },
    cloud: 'mine',
    auth: { username: 'env' },
    region: 'r',
  },
  {
    title: 'regions: the first one, with its values over the cloud',
    files: {
      'cwd/clouds.yaml': c(
        'auth: {username: u}, interface: admin, regions: [{name: r1, values: {interface: internal, auth: {project_name: p}}}, r2]',
      ),
    },
    auth: { username: 'u', project_name: 'p' },
    settings: { interface: 'internal' },
    region: 'r1',
  },
  { title: 'region_name: a,b', files: { 'cwd/clouds.yaml': c('region_name: "a,b"') }, region: 'a' },
  {
    title: 'old names',
    files: {
      'cwd/clouds.yaml': c('auth_plugin: token, endpoint_type: internalURL, auth: {tenant-name: t, auth-token: k}'),
    },
    auth: { project_name: 't', token: 'k' },
    settings: { auth_type: 'token', interface: 'internalURL' },
  },
  {
    title: 'a project at the top level beats the one in auth, a user does not',
    files: { 'cwd/clouds.yaml': c('project_name: top, username: top, auth: {project_name: low, username: low}') },
    auth: { project_name: 'top', username: 'low' },
  },
  {
    title: 'one domain for user and project',
    files: { 'cwd/clouds.yaml': c('auth: {project_name: p, domain_id: d, user_domain_id: e}') },
    auth: { user_domain_id: 'e', project_domain_id: 'd' },
  },
  {
    title: 'without a project, a domain is the scope',
    files: { 'cwd/clouds.yaml': c('auth: {domain_name: d}') },
    auth: { domain_name: 'd' },
  },
  {
    title: 'templates in auth_url, not in the password',
    files: {
      'cwd/clouds.yaml': c('region_name: r1, auth: {auth_url: "https://{region_name}.x", password: "{region_name}"}'),
    },
    auth: { auth_url: 'https://r1.x', password: '{region_name}' },
    region: 'r1',
  },
  {
    title: 'numbers stay as written',
    files: {
      'cwd/clouds.yaml': c(
        'auth: {project_id: 12345678901234567890, password: 12e4, username: 007, trust_id: 2020-01-02}',
      ),
    },
    auth: { project_id: '12345678901234567890', password: '12e4', username: '007', trust_id: '2020-01-02' },
  },
  {
    title: 'YAML 1.1: merge keys and no',
    files: { 'cwd/clouds.yaml': 'x: &x {verify: no}\nclouds: {c: {<<: *x, auth: {username: u}}}' },
    auth: { username: 'u' },
    settings: { verify: false },
  },
];

test.each(rows)('precedence: $title', row => {
  const root = tree({ 'cwd/.keep': '', ...row.files });
  const env = Object.fromEntries(
    Object.entries(row.env ?? {}).map(([name, value]) => [name, value.replace('{root}', root)]),
  );
  const cloud = loadClouds(environment(root, env), `${root}/cwd`).get(row.cloud);
  expect(cloud.auth).toMatchObject(row.auth ?? {});
  expect(cloud.settings).toMatchObject(row.settings ?? {});
  expect(cloud.region).toBe(row.region);
});

/** A broken file (or none) -> what the message must say. */
const broken: { title: string; yaml?: string; env?: Record<string, string>; cloud?: string; says: string[] }[] = [
  { title: 'bad syntax', yaml: 'clouds:\n  c:\n   auth: {a: b\n  d:\n', says: ['clouds.yaml:4:', 'not valid YAML'] },
  { title: 'a duplicate key', yaml: 'clouds:\n  c: {}\n  c: {}\n', says: ['clouds.yaml:3:3', 'unique'] },
  { title: 'an alias without anchor', yaml: 'clouds:\n  c: *x\n', says: ['clouds.yaml: Unresolved alias', 'x'] },
  { title: 'a list', yaml: '- a\n', says: ['clouds.yaml:1:1: the file must be a mapping'] },
  { title: 'clouds as a list', yaml: 'clouds:\n  - c\n', says: ['clouds.yaml:2:3: clouds must be a mapping'] },
  { title: 'a cloud as text', yaml: 'clouds:\n  c: x\n', says: ['clouds.yaml:2:6: clouds.c must be a mapping'] },
  {
    title: 'auth as text',
    yaml: 'clouds:\n  c:\n    auth: x\n',
    says: ['clouds.yaml:3:11: clouds.c.auth must be a mapping'],
  },
  {
    title: 'a boolean password',
    yaml: 'clouds:\n  c:\n    auth:\n      password: yes\n',
    says: ['clouds.yaml:4:17: clouds.c.auth.password must be text (put it in quotes)'],
  },
  {
    title: 'regions as a mapping',
    yaml: 'clouds:\n  c:\n    regions: {a: b}\n',
    says: ['clouds.yaml:3:14', 'list of names'],
  },
  {
    title: 'a strange region',
    yaml: 'clouds:\n  c:\n    regions: [{nam: b}]\n',
    says: ['clouds.yaml:2: an entry of regions'],
  },
  {
    title: 'no auth_url',
    yaml: 'clouds:\n  b: {}\n  c:\n    auth: {username: u}\n',
    says: ['clouds.yaml:3: cloud c has no auth.auth_url'],
  },
  {
    title: 'no password',
    yaml: c('auth: {auth_url: "http://k", username: u}'),
    says: ['clouds.yaml:1: cloud c has no auth.password'],
  },
  {
    title: 'auth_url without scheme',
    yaml: c('auth: {auth_url: "k:5000", username: u, password: p}'),
    says: ['must begin with http://'],
  },
  { title: 'an unknown template', yaml: c('auth: {auth_url: "http://{nope}"}'), says: ['auth_url refers to {nope}'] },
  {
    title: 'an unsupported auth_type',
    yaml: c('auth_type: v3oidcpassword'),
    says: ['auth_type v3oidcpassword of cloud c is not supported', 'v3applicationcredential, none'],
  },
  { title: 'a misspelt auth_type', yaml: c('auth_type: v3pasword'), says: ['did you mean v3password?'] },
  { title: 'an unknown profile', yaml: c('profile: acme'), says: ['unknown profile acme', 'clouds-public.yaml'] },
  {
    title: 'an unknown cloud',
    yaml: 'clouds: {prod: {}, stage: {}}',
    cloud: 'prdo',
    says: ['no cloud prdo in', 'did you mean prod?', 'prod, stage'],
  },
  {
    title: 'a cloud far from all',
    yaml: 'clouds: {prod: {}, stage: {}}',
    cloud: 'xyz',
    says: ['known are prod, stage'],
  },
  { title: 'no choice', yaml: 'clouds: {prod: {}, stage: {}}', cloud: '', says: ['no cloud is chosen', 'prod, stage'] },
  { title: 'an empty file', yaml: '', says: ['no cloud c'] },
  {
    title: 'two clouds named envvars',
    yaml: 'clouds: {envvars: {}}',
    env: { OS_USERNAME: 'u' },
    says: ['clouds.yaml:1: the cloud envvars has the name'],
  },
];

test.each(broken)('bad input: $title', async ({ yaml = '', env = {}, cloud = 'c', says }) => {
  const cwd = tree({ 'clouds.yaml': yaml });
  const error = await failure(() => credentialsOf(loadClouds(environment(cwd, env), cwd).get(cloud || undefined)));
  expect(error.kind).toBe('config');
  for (const text of says) expect(error.message).toContain(text);
  expect(error.message).not.toContain('\n');
});

test('a folder in place of a file is an error', async () => {
  const cwd = tree({ 'clouds.yaml/x': '' });
  expect((await failure(() => loadClouds(environment(cwd), cwd))).message).toContain(
    'clouds.yaml cannot be read (EISDIR)',
  );
});

describe('targetConfigured', () => {
  test.each([
    [{}, {}, false],
    [{}, { OS_CLOUD: 'c' }, true],
    [{}, { OS_AUTH_URL: 'http://k' }, true],
    [{}, { OS_REGION_NAME: 'r', OS_DEBUG: '1' }, false],
    [{ osCloud: 'c' }, {}, true],
    [{ targetUrl: 'http://n' }, {}, true],
  ])('%j %j -> %s', (given, env, expected) => {
    expect(targetConfigured({ ...settings, ...given }, env)).toBe(expected);
  });
});
