import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { toolDigest } from '../../src/attest/environment.ts';
import { type Outcome, scrubbed, startProcess, temporaryFolder } from '../cli/command.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('the packed package installs and runs elsewhere, and holds what it should', async () => {
  const folder = temporaryFolder();
  // Without scripts: the build of `prepare` would pull dist away from under other tests.
  const packed = await npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder], root);
  const [{ filename }] = JSON.parse(packed.stdout);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  await npm(['install', '--prefer-offline', '--no-audit', '--no-fund', join(folder, filename)], folder);

  const home = join(folder, 'node_modules', 'novaspec');
  const files = filesBelow(home).filter(file => !file.startsWith('node_modules/'));
  const tops = new Set(files.map(file => file.split('/')[0]));
  expect(tops).toEqual(
    new Set([
      'LICENSE',
      'README.md',
      'dist',
      'docs',
      'fixtures',
      'package.json',
      'profiles',
      'recipes',
      'schemas',
      'specs',
    ]),
  );
  expect(files.filter(file => /\.test\.|(?<!\.d)\.ts$|^dist\/tests/.test(file))).toEqual([]);
  // Hosts of registries, and the folder that it was packed from.
  const forbidden = ['registry.', 'npmjs.org', root];
  const telling = files.filter(file => {
    const text = readFileSync(join(home, file), 'utf8');
    return forbidden.some(each => text.includes(each));
  });
  expect(telling).toEqual([]);

  // A certificate names what judged by the same digest, wherever it is installed.
  expect(toolDigest(home)).toBe(toolDigest());
  const profile = ['certify', '--profile', 'compute-volume-attachments-2026.2', '--key', 'none.key'];
  const certified = await npx(profile, folder);
  expect(certified.stderr).toMatch(/^novaspec: --key: ENOENT/);

  writeFileSync(join(folder, 'use.mts'), library);
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  const types = ['--noEmit', '--strict', '--module', 'nodenext', '--lib', 'es2023,esnext.disposable', '--types', ''];
  const checked = await startProcess(tsc, ['--ignoreConfig', ...types, 'use.mts'], folder, process.env).ended;
  expect(checked).toEqual({ code: 0, stdout: '', stderr: '' });
  writeFileSync(join(folder, 'use.mjs'), library.replaceAll(/: \w+(?= =)|type \w+, /g, ''));
  const used = await startProcess(process.execPath, ['use.mjs'], folder, scrubbed(folder)).ended;
  expect(used).toEqual({ code: 0, stdout: '0 unknown release kilo\n', stderr: '' });

  const listed = await npx(['list', '--microversions', 'latest'], folder);
  expect(listed).toMatchObject({ code: 0, stderr: '' });
  expect(listed.stdout).toMatch(/^\d{3,} cases, \d+ of them skipped; plan /m);
  const judged = await npx(['run', '--suite', 'headers', '--microversions', 'latest'], folder);
  expect(judged.stdout).toContain('CONFORMING (exit code 0)');
  expect(judged).toMatchObject({ code: 0, stderr: '' });
});

/** A program that uses the library, and one line that its types must refuse. */
const library = `import { type Cloud, type CloudOptions, startCloud } from 'novaspec/cloud';

const options: CloudOptions = { release: 'zed', delay: 'none', logExchanges: 10, deployment: { diskLimit: 4 } };
const cloud: Cloud = await startCloud(options);
const other: Cloud = await startCloud();
other.reset();
const said: number = cloud.log().exchanges.length;
await Promise.all([cloud.stop(), other.stop()]);
// @ts-expect-error there is no such release
await startCloud({ release: 'kilo' }).catch(error => console.log(said + ' ' + error.message.split(';')[0]));
`;

/** npm with the settings of the machine: where it finds packages is none of our business. */
async function npm(args: string[], cwd: string): Promise<Outcome> {
  const outcome = await startProcess('npm', args, cwd, process.env).ended;
  expect(outcome, outcome.stderr).toMatchObject({ code: 0 });
  return outcome;
}

function npx(args: string[], cwd: string): Promise<Outcome> {
  return startProcess(
    'npx',
    ['--no-install', 'novaspec', ...args],
    cwd,
    scrubbed(cwd, { npm_config_update_notifier: 'false' }),
  ).ended;
}

function filesBelow(folder: string, top = folder): string[] {
  return readdirSync(folder).flatMap(name => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path, top) : [relative(top, path)];
  });
}
