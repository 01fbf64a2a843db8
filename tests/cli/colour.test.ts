import { expect, test } from 'vitest';
import { freePort } from '../target/support.ts';
import { novaspec, temporaryFolder } from './command.ts';

const escapeCode = '\u{1b}[';

test.for<[Record<string, string>, boolean]>([
  [{}, false],
  [{ FORCE_COLOR: '1' }, true],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false],
])('what is no screen gets colour only when asked for: %j', async ([env, coloured]) => {
  const args = ['run', '--target', `http://${await freePort()}`, '--microversions', 'latest'];
  const { code, stdout } = await novaspec(args, temporaryFolder(), env);
  expect(stdout).toContain('COULD NOT RUN');
  expect(stdout.includes(escapeCode)).toBe(coloured);
  expect(code).toBe(3);
});
