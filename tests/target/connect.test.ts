import { describe, expect, test } from 'vitest';
import { connect } from '../../src/target/connect.ts';
import type { TargetSettings } from '../../src/target/settings.ts';
import {
  cloudsYaml,
  environment,
  failure,
  fakeCloud,
  freePort,
  record,
  service,
  settings,
  tree,
  versionDocument,
} from './support.ts';

const bare = (targetUrl: string, over: Partial<TargetSettings> = {}) => {
  const cwd = tree();
  return connect({ ...settings, targetUrl, ...over }, environment(cwd), cwd);
};

const cloud = (yaml: string, over: Partial<TargetSettings> = {}, env: Record<string, string> = {}) => {
  const cwd = tree({ 'clouds.yaml': yaml });
  return connect({ ...settings, osCloud: 'prod', ...over }, environment(cwd, env), cwd);
};

describe('discovery', () => {
  const listed = { versions: [{ id: 'v2.0', version: '', min_version: '' }, versionDocument.version] };
  const rows: { title: string; given: string; paths: Record<string, unknown>; url: string; notes?: number }[] = [
    { title: 'root', given: '', paths: { '/v2.1/': versionDocument }, url: '/v2.1' },
    { title: 'versioned', given: '/v2.1', paths: { '/v2.1/': versionDocument }, url: '/v2.1' },
    { title: 'versioned, slash', given: '/v2.1/', paths: { '/v2.1/': versionDocument }, url: '/v2.1' },
    { title: 'with project', given: '/v2.1/abc', paths: { '/v2.1/': versionDocument }, url: '/v2.1/abc' },
    { title: 'outdated v2', given: '/v2/abc', paths: { '/v2.1/': versionDocument }, url: '/v2.1/abc' },
    { title: 'prefix', given: '/compute/v2.1', paths: { '/compute/v2.1/': versionDocument }, url: '/compute/v2.1' },
    { title: 'prefix, root', given: '/compute', paths: { '/compute/v2.1/': versionDocument }, url: '/compute/v2.1' },
    { title: 'without a final slash only', given: '', paths: { '/v2.1': versionDocument }, url: '/v2.1' },
    { title: 'the API itself at the root', given: '/fake', paths: { '/fake/': versionDocument }, url: '/fake' },
    { title: 'listed at the root only', given: '', paths: { '/': listed }, url: '/v2.1', notes: 1 },
  ];
  test.each(rows)('$title', async ({ given, paths, url, notes = 0 }) => {
    const { origin } = await record(({ path }) => (path in paths ? { body: paths[path] } : { status: 404 }));
    const target = await bare(`${origin}${given}`);
    expect(target.compute).toEqual({ url: `${origin}${url}`, min: '2.1', max: '2.96' });
    expect(target).toMatchObject({ volume: null, image: null, network: null });
    expect(target.notes).toHaveLength(notes);
    expect(structuredClone(target)).toEqual(target);
  });

  const html = { headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Horizon</title>' };
  const old = { version: { id: 'v2.1', version: '', min_version: '' } };
  test.each([
    ['HTML', html, 'protocol', 'answered HTML, not JSON (200): is this the compute endpoint?'],
    ['text', { body: 'hello' }, 'protocol', 'answered no JSON (200): is this the compute endpoint?'],
    ['other JSON', { body: { versions: { values: [] } } }, 'protocol', 'answered something unexpected (200)'],
    ['404', { status: 404, ...html }, 'protocol', 'answered HTML, not JSON (404)'],
    ['401', { status: 401 }, 'auth', 'answered 401: it wants a valid token'],
    ['503', { status: 503 }, 'unreachable', 'answered 503: the service is out of order'],
    ['redirect', { status: 301, headers: { location: 'https://x/' } }, 'protocol', 'redirects to https://x/ (301)'],
    ['no microversions', { body: old }, 'protocol', 'this Nova offers no microversions'],
    [
      'a strange microversion',
      { body: { version: { ...old.version, version: 'x', min_version: '2.1' } } },
      'protocol',
      '"x" is not a microversion',
    ],
  ])('%s', async (_, reply, kind, says) => {
    const { origin } = await record(() => reply);
    const error = await failure(bare(origin));
    expect(error.kind).toBe(kind);
    expect(error.message).toContain(`GET ${origin}/v2.1/`);
    expect(error.message).toContain(says);
  });
});

describe('a bare target', () => {
  test('takes --token and --volume-url, and needs no files', async () => {
    const { origin, received } = await record(() => ({ body: versionDocument }));
    const target = await bare(origin, { token: 'given-token', volumeUrl: `${origin}/v3/` });
    expect(target.volume).toEqual({ url: `${origin}/v3` });
    expect(target.personas.member).toMatchObject({ token: 'given-token', roles: null, projectId: null });
    expect(received[0]?.headers['x-auth-token']).toBe('given-token');
  });

  test('has no other personas', async () => {
    const error = await failure(bare('http://127.0.0.1', { personas: { reader: 'r' } }));
    expect(error.message).toBe('--persona reader goes with a cloud, not with --target: say --os-cloud');
  });
});

/** Two regions, two interfaces, old and new block storage. */
const catalog = (at: string) => [
  service('identity', `${at}/identity`),
  service('compute', `${at}/v2.1/p1/`),
  service('compute', `${at}/two/v2.1`, 'RegionTwo'),
  service('compute', `${at}/internal/v2.1`, 'RegionOne', 'internal'),
  service('volumev2', `${at}/v2/p1`),
  service('volume', `${at}/v1/p1`),
  service('block-storage', `${at}/volume`),
  service('image', at),
  service('network', `${at}/v2.0`),
];

describe('a cloud', () => {
  test('authenticates every persona', async () => {
    const { origin } = await fakeCloud({
      users: {
        alice: { password: 's3cret-of-alice', roles: ['member'] },
        rita: { password: 's3cret-of-rita', roles: ['reader'] },
      },
    });
    const yaml = `${cloudsYaml(origin)}  ro:
    auth: {auth_url: "${origin}/identity/v3", username: rita, password: s3cret-of-rita, project_id: p1}
`;
    const target = await cloud(yaml, { personas: { reader: 'ro' } });
    expect(target.name).toBe('prod');
    expect(target.personas.member).toMatchObject({ cloud: 'prod', roles: ['member'], projectId: 'p1', userId: 'u1' });
    expect(target.personas.reader).toMatchObject({ cloud: 'ro', roles: ['reader'] });
    expect(target.volume).toEqual({ url: `${origin}/v3/p1` });
    expect(structuredClone(target)).toEqual(target);
  });

  test('OS_* alone', async () => {
    const { origin } = await fakeCloud();
    const cwd = tree({ 'clouds.yaml': 'clouds: {a: {}, b: {}}' });
    const variables = { OS_AUTH_URL: `${origin}/identity`, OS_USERNAME: 'alice', OS_PASSWORD: 's3cret-of-alice' };
    expect((await connect(settings, environment(cwd, variables), cwd)).name).toBe('envvars');
  });

  test.each([
    [
      'password',
      '',
      'username: alice, password: s3cret-of-alice, project_name: demo, user_domain_name: D, project_domain_id: d',
      {
        identity: {
          methods: ['password'],
          password: { user: { name: 'alice', domain: { name: 'D' }, password: 's3cret-of-alice' } },
        },
        scope: { project: { name: 'demo', domain: { id: 'd' } } },
      },
    ],
    [
      'a system scope',
      '',
      'username: alice, password: s3cret-of-alice, user_domain_id: d, system_scope: all',
      {
        identity: {
          methods: ['password'],
          password: { user: { name: 'alice', domain: { id: 'd' }, password: 's3cret-of-alice' } },
        },
        scope: { system: { all: true } },
      },
    ],
    [
      'token',
      'auth_type: v3token, ',
      'token: abcdef, project_id: p1',
      { identity: { methods: ['token'], token: { id: 'abcdef' } }, scope: { project: { id: 'p1' } } },
    ],
    [
      'application credential',
      'auth_type: v3applicationcredential, ',
      'application_credential_id: ac, application_credential_secret: s, project_id: ignored',
      { identity: { methods: ['application_credential'], application_credential: { id: 'ac', secret: 's' } } },
    ],
  ])('asks Keystone by %s', async (_, type, auth, expected) => {
    const { origin, received } = await fakeCloud();
    await cloud(`clouds: {prod: {${type}auth: {auth_url: "${origin}/identity", ${auth}}}}`);
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({ auth: expected });
  });

  test('auth_type none takes auth.endpoint', async () => {
    const { origin, received } = await record(() => ({ body: versionDocument }));
    const target = await cloud(`clouds: {prod: {auth_type: none, auth: {endpoint: "${origin}"}}}`);
    expect(target.compute.url).toBe(`${origin}/v2.1`);
    expect(received[0]?.headers).not.toHaveProperty('x-auth-token');
  });

  test.each(['/identity', '/identity/', '/identity/v3', '/identity/v3/', '/identity/v2.0'])(
    'auth_url …%s',
    async path => {
      const { origin } = await fakeCloud();
      const yaml = cloudsYaml(origin).replace('/identity', path);
      expect((await cloud(yaml)).compute.max).toBe('2.96');
    },
  );

  test('wrong credentials', async () => {
    const { origin } = await fakeCloud();
    const error = await failure(cloud(cloudsYaml(origin, { prod: 'wrong-password' })));
    expect(error.kind).toBe('auth');
    expect(error.message).toBe(
      `Keystone refuses cloud prod, user alice, project demo at ${origin}/identity: Wrong user or password: check user, password, project and their domains`,
    );
  });

  test.each([
    [
      'HTML',
      { headers: { 'content-type': 'text/html' }, body: '<html>' },
      'protocol',
      'answered HTML, not JSON (200): is this auth_url a Keystone v3?',
    ],
    ['no token', { body: { token: {} } }, 'protocol', 'answered something unexpected (200)'],
    ['not found', { status: 404 }, 'protocol', 'answered something unexpected (404)'],
    ['out of order', { status: 502, body: 'Bad Gateway' }, 'unreachable', 'answered 502'],
  ])('Keystone: %s', async (_, reply, kind, says) => {
    const { origin } = await record(() => reply);
    const error = await failure(cloud(cloudsYaml(origin)));
    expect(error.kind).toBe(kind);
    expect(error.message).toContain(says);
  });

  test('Keystone does not answer', async () => {
    const error = await failure(cloud(cloudsYaml(`http://${await freePort()}`)));
    expect(error.message).toMatch(/^POST http:.*\/identity\/v3\/auth\/tokens: nothing listens on/);
  });

  test('no Cinder', async () => {
    const { origin } = await fakeCloud({ catalog: at => [service('compute', `${at}/v2.1`)] });
    expect((await cloud(cloudsYaml(origin))).volume).toBeNull();
  });

  describe('endpoints', () => {
    const rows: [string, Record<string, string | null>][] = [
      ['', { compute: '/v2.1/p1', volume: '/volume/v3/p1', image: '/v2', network: '/v2.0' }],
      ['compute_region_name: RegionTwo', { compute: '/two/v2.1' }],
      ['volume_service_type: volume', { volume: null }],
      ['block_storage_endpoint_override: "{at}/x/v3/%(project_id)s"', { volume: '/x/v3/p1' }],
      ['volumev3_endpoint: "{at}/y"', { volume: '/y/v3/p1' }],
      ['image_interface: internal', { image: null }],
      ['interface: [internal, public]', { compute: '/internal/v2.1' }],
    ];
    test.each(rows)('{%s}', async (setting, expected) => {
      const { origin } = await fakeCloud({ catalog });
      const yaml = `${cloudsYaml(origin)}    region_name: RegionOne\n${setting === '' ? '' : `    ${setting.replace('{at}', origin)}\n`}`;
      const { endpoints } = (await cloud(yaml)).personas.member ?? {};
      const full = Object.entries(expected).map(([name, path]) => [name, path === null ? null : `${origin}${path}`]);
      expect(endpoints).toMatchObject(Object.fromEntries(full));
    });

    test.each([
      [
        'region_name: Nowhere',
        'no endpoint for compute, interface public, region Nowhere: it has public in RegionOne, public in RegionTwo',
      ],
      ['compute_interface: admin', 'interface admin'],
      ['interface: 5.5', 'no endpoint for compute, interface 5.5'],
      ['compute_service_type: computing', 'it has identity, compute, '],
    ])('{%s}', async (setting, says) => {
      const { origin } = await fakeCloud({ catalog });
      const error = await failure(cloud(`${cloudsYaml(origin)}    ${setting}\n`));
      expect(error.kind).toBe('config');
      expect(error.message).toContain(says);
    });
  });

  test('a persona of another cloud', async () => {
    const [one, two] = [await fakeCloud(), await fakeCloud()];
    const yaml = `${cloudsYaml(one.origin)}${cloudsYaml(two.origin, { other: 's3cret-of-alice' }).replace('clouds:\n', '')}`;
    const error = await failure(cloud(yaml, { personas: { reader: 'other' } }));
    expect(error.kind).toBe('config');
    expect(error.message).toContain('all personas must be users of the same cloud');
  });

  test('--token does not go with a cloud', async () => {
    expect((await failure(cloud('clouds: {prod: {}}', { token: 'x' }))).message).toContain(
      '--token goes with --target',
    );
  });
});
