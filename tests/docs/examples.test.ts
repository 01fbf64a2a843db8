import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { main, novaspec, startProcess, temporaryFolder } from '../cli/command.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string): string => readFileSync(`${root}docs/${file}`, 'utf8');

/** The Python that has openstacksdk; CI need not have one. */
const python = ['python3', '/usr/bin/python3'].find(candidate => {
  try {
    execFileSync(candidate, ['-c', 'import openstack'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

test.each(['attachments.test.ts', 'attach_a_volume.py'])('the page shows %s as it is', file => {
  expect(read('embedded-cloud.md')).toContain(read(`examples/${file}`));
});

test('the vitest example passes', async () => {
  const vitest = `${root}node_modules/vitest/vitest.mjs`;
  const args = [vitest, 'run', '--root', root, '--config', 'docs/examples/vitest.config.ts'];
  const { code, stdout, stderr } = await startProcess(process.execPath, args, root, { PATH: process.env.PATH }).ended;
  expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' });
});

test.skipIf(python === undefined)('the Python example runs, where openstacksdk is at hand', async () => {
  const folder = temporaryFolder();
  const args = [`${root}docs/examples/attach_a_volume.py`, process.execPath, main];
  const env = { PATH: process.env.PATH, HOME: folder };
  const { code, stdout, stderr } = await startProcess(python ?? '', args, folder, env).ended;
  expect(stdout, stderr).toBe('servers 202\nos-volume_attachments 200\n0 servers after the reset\n');
  expect(code).toBe(0);
});

test('the least fake passes what the page says', async () => {
  const folder = temporaryFolder();
  const env = { PATH: process.env.PATH };
  const fake = startProcess(process.execPath, [`${root}docs/examples/least-fake.mjs`, '0'], folder, env);
  const [said] = (await once(fake.child.stdout ?? fake.child, 'data')) as [string];
  const url = said.trim();
  const target = ['--target', `${url}/v2.1`, '--volume-url', `${url}/v3`, '--suite', 'shapes', '--level', 'required'];
  const { code, stdout } = await novaspec(['run', ...target, '--out', 'run'], folder);
  expect({ code, said: code === 0 ? '' : stdout }).toEqual({ code: 0, said: '' });
  expect(stdout).toMatch(/^shapes +6 passed, /m);
  fake.child.kill('SIGTERM');
});
