import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { passwordAuth } from '../cloud/client.ts';
import { listen } from '../target/support.ts';
import { novaspec, start, temporaryFolder } from './command.ts';

test('serves a cloud with a clouds.yaml that works, until it is told to stop', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'ready.yaml');
  const { child, ended } = start(['cloud', '--port', '0', '--ready-file', 'ready.yaml'], folder);
  await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8').length, { timeout: 20_000 }).toBeTruthy();
  const text = readFileSync(file, 'utf8');
  const { auth } = parse(text).clouds.novaspec;
  const token = await fetch(`${auth.auth_url}/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(passwordAuth(auth)),
  });
  expect(token.status).toBe(201);
  expect(token.headers.get('x-subject-token')).toBeTruthy();

  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 0, stdout: text, stderr: '' });
  await expect(fetch(auth.auth_url)).rejects.toThrow();
});

test('a port that is taken is told in one line', async () => {
  const port = (await listen(createServer())).split(':')[1] ?? '';
  const { code, stdout, stderr } = await novaspec(['cloud', '--port', port], temporaryFolder());
  expect(stderr).toMatch(new RegExp(`^novaspec: --port ${port}: .*EADDRINUSE.*\\n$`));
  expect(stdout).toBe('');
  expect(code).toBe(2);
});
