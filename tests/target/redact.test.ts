import { describe, expect, test } from 'vitest';
import { connect } from '../../src/target/connect.ts';
import { openSessions } from '../../src/target/session.ts';
import {
  cloudsYaml,
  environment,
  failure,
  type Received,
  type Reply,
  record,
  settings,
  tree,
  versionDocument,
} from './support.ts';
import { withCloud } from './with-cloud.ts';

const password = 's3cret-of-alice';

/** Repeats secrets wherever an answer has room for them. */
const echo = (request: Received): Reply => ({
  headers: {
    'x-auth-token': String(request.headers['x-auth-token']),
    'x-subject-token': 'another-token',
    'set-cookie': 'session=abc',
    location: `/x?token=${String(request.headers['x-auth-token'])}`,
  },
  body: {
    token: request.headers['x-auth-token'],
    nested: [password],
    adminPass: 'made-by-nova',
    text: `a ${password} b`,
  },
});

describe('secrets', () => {
  test('appear nowhere in an exchange, wherever the target repeats them', async () => {
    await withCloud(echo, async (sessions, cloud) => {
      const session = sessions.session('member');
      const [token = ''] = cloud.tokens;
      cloud.revoke();
      const exchange = await session.send('compute', {
        method: 'POST',
        path: '/x',
        query: `t=${token}`,
        headers: { Cookie: 'c=d', Authorization: 'Basic eHg=', 'X-Custom': password },
        body: { password },
      });
      const text = JSON.stringify(exchange);
      for (const secret of [password, ...cloud.tokens, 'made-by-nova', 'another-token', 'session=abc', 'c=d', 'eHg=']) {
        expect(text).not.toContain(secret);
      }
      expect(exchange.request.headers['X-Auth-Token']).toBe('***');
      expect(exchange.response.json).toMatchObject({
        token: '***',
        nested: ['***'],
        adminPass: '***',
        text: 'a *** b',
      });
    });
  });

  test('appear nowhere in errors', async () => {
    const { origin } = await record(({ body }) => ({ status: 401, body: { error: { message: `you sent ${body}` } } }));
    const cwd = tree({ 'clouds.yaml': cloudsYaml(origin) });
    const error = await failure(connect(settings, environment(cwd), cwd));
    expect(error.message).toContain('you sent');
    expect(`${error.message} ${error.stack}`).not.toContain(password);
  });

  test('that are short words do not eat longer ones', async () => {
    const { origin } = await record(({ path }) =>
      path === '/v2.1/'
        ? { body: versionDocument }
        : { body: { admin: 'admin', administrator: 'administrator', n: 5 } },
    );
    const cwd = tree();
    const sessions = openSessions(
      await connect({ ...settings, targetUrl: origin, token: 'admin' }, environment(cwd), cwd),
    );
    const { response } = await sessions.session('member').send('compute', { method: 'GET', path: '/x' });
    expect(response.json).toEqual({ admin: '***', administrator: 'administrator', n: 5 });
    await sessions.close();
  });
});
