import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { start, startProcess, temporaryFolder } from '../cli/command.ts';

const script = fileURLToPath(new URL('clients.py', import.meta.url));

/** Debian's own Python: another one that stands in front of it does not see Debian's packages. */
const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
const modules = 'openstackclient, novaclient, cinderclient, openstack';
const missing = spawnSync(python, ['-c', `import ${modules}`]).status !== 0;
if (missing) {
  process.stderr.write(
    'The tests of real clients are skipped: install the Debian packages python3-openstackclient, python3-novaclient, python3-cinderclient, python3-openstacksdk.\n',
  );
}

/** What the oldest and the newest release are asked: all of it at the newest one, at the others what depends on it. */
const runs = [
  { release: '2026.2', chapters: [] },
  { release: 'zed', chapters: ['attaching', 'sdk_attachments'] },
];

test.skipIf(missing).each(runs)(
  'real clients cannot tell: $release',
  async ({ release, chapters }) => {
    const folder = temporaryFolder();
    const file = join(folder, 'clouds.yaml');
    const { child, says } = start(['cloud', '--release', release, '--ready-file', file], folder);
    onTestFinished(() => void child.kill('SIGTERM'));
    await says('clouds:');
    await expect.poll(() => existsSync(file), { timeout: 20_000 }).toBe(true);
    const personas = ['--cloud', 'novaspec', '--admin', 'novaspec-admin', '--reader', 'novaspec-reader'];
    const selection = chapters.flatMap(chapter => ['--chapter', chapter]);
    const env = { PATH: process.env.PATH, HOME: folder, PYTHONDONTWRITEBYTECODE: '1' };
    const args = [script, '--clouds', file, ...personas, ...selection];
    const { code, stdout, stderr } = await startProcess(python, args, folder, env).ended;
    const failed = stdout.split('\n').filter(line => !/^(ok|--) /.test(line));
    expect(failed.join('\n') + stderr).toMatch(/^\d+ passed, 0 failed, [\d.]+s\n$/);
    expect(code).toBe(0);
  },
  300_000,
);
