import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments, visit } from 'yaml';
import { startProcess, temporaryFolder } from '../cli/command.ts';
import { recipe } from './recipe.ts';

const missing = spawnSync('shellcheck', ['--version']).status !== 0;
if (missing) {
  process.stderr.write('The scripts of the recipes are not looked at: install the Debian package shellcheck.\n');
}

/** Scripts that stand in YAML: steps of GitHub, jobs of GitLab, arguments of a container's shell. */
function scriptsIn(path: string): string[] {
  const found: string[] = [];
  for (const document of parseAllDocuments(readFileSync(path, 'utf8'))) {
    visit(document, {
      Pair(_, { key, value }) {
        if (!['run', 'script', 'before_script', 'args'].includes(String(key))) return;
        const content = (value as { toJSON(): unknown }).toJSON();
        if (typeof content === 'string') found.push(content);
        else if (Array.isArray(content)) found.push(content.join('\n'));
      },
    });
  }
  return found;
}

test.skipIf(missing)('shellcheck finds nothing in scripts', async () => {
  const folder = temporaryFolder();
  const all = readdirSync(recipe(''), { recursive: true, encoding: 'utf8' });
  const files = all.filter(path => path.endsWith('.sh')).map(recipe);
  const inner = all
    .filter(path => /\.ya?ml$/.test(path) && !path.startsWith('zuul'))
    .flatMap(path => scriptsIn(recipe(path)));
  expect([files.length, inner.length]).toEqual([2, 10]);
  const written = inner.map((script, at) => {
    const path = join(folder, `script-${at}.sh`);
    writeFileSync(path, script);
    return path;
  });
  const look = (...args: string[]) => startProcess('shellcheck', args, folder, process.env).ended;
  expect(await look(...files)).toEqual({ code: 0, stdout: '', stderr: '' });
  // Their variables hold several words on purpose.
  expect(await look('--shell=bash', '--exclude=SC2086,SC2046', ...written)).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  });
});
