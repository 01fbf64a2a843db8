import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../src/root.ts';

/** A copy of the checkout; copying changes all times, which must not matter. */
function copy(): string {
  const folder = mkdtempSync(join(tmpdir(), 'novaspec-stale-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['dist', 'src', 'specs', 'fixtures', 'package.json']) {
    cpSync(join(packageRoot, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

function list(folder: string): string {
  const command = join(folder, 'dist', 'src', 'cli', 'main.js');
  return execFileSync(process.execPath, [command, 'spec', '--microversion', '2.1'], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
}

test('a copied checkout works, and one whose specs changed asks for a build', () => {
  const folder = copy();
  expect(list(folder)).toContain('openapi: 3.1.0');
  appendFileSync(join(folder, 'specs', 'stage.yaml'), '# changed\n');
  expect(() => list(folder)).toThrow('specs/ or fixtures/ changed since the last build: run `npm run build`');
});
