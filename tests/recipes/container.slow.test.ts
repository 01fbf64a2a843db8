import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DockerfileParser } from 'dockerfile-ast';
import { expect, test } from 'vitest';
import { scrubbed, startProcess, temporaryFolder } from '../cli/command.ts';
import { recipe, short } from './recipe.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const file = DockerfileParser.parse(readFileSync(recipe('container/Containerfile'), 'utf8'));

/** The arguments of all instructions of this name, in their order. */
function all(keyword: string): string[] {
  const found = file.getInstructions().filter(each => each.getKeyword() === keyword);
  return found.map(each => each.getArgumentsContent() ?? '');
}

/** The words of an instruction in exec form. */
function words(keyword: string): string[] {
  const [text = ''] = all(keyword);
  return JSON.parse(text) as string[];
}

// No engine for containers runs where tests do: its lines are carried out in a folder that stands for its root.
test('its lines install a package that its entrypoint runs', async () => {
  expect(all('FROM')).toEqual(['node:22-slim AS install', 'node:22-slim']);
  expect(all('USER')).toEqual(['node']);
  expect(all('VOLUME')).toEqual(all('WORKDIR').slice(1));
  const top = temporaryFolder();
  for (const folder of ['context', 'opt', 'tmp']) mkdirSync(join(top, folder));
  const placed = (text: string) => text.replaceAll(/(?<![.\w])\/(?=opt|results)/g, `${top}/`);

  // Without scripts: the build of `prepare` would pull dist away from under other tests.
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', join(top, 'context')];
  const packed = await startProcess('npm', pack, root, process.env).ended;
  const [{ filename }] = JSON.parse(packed.stdout);

  const [install = '', makeFolder = ''] = all('RUN').map(placed);
  expect(all('ARG')).toEqual(['PACKAGE=novaspec@latest']);
  expect(all('COPY')).toEqual(['. .', '/opt/novaspec /opt/novaspec']);
  expect(file.getCOPYs().map(each => each.getFromFlag()?.getValue())).toEqual([undefined, 'install']);
  const settings = { ...process.env, PACKAGE: `./${filename}`, npm_config_prefer_offline: 'true' };
  const installed = await startProcess('/bin/sh', ['-c', install], join(top, 'context'), settings).ended;
  expect(installed).toMatchObject({ code: 0 });
  const { username } = await import('node:os').then(({ userInfo }) => userInfo());
  const made = await startProcess('/bin/sh', ['-c', makeFolder.replaceAll('=node', `=${username}`)], top, process.env)
    .ended;
  expect(made, made.stderr).toMatchObject({ code: 0, stderr: '' });

  const [path = ''] = all('ENV')
    .filter(each => each.startsWith('PATH='))
    .map(each => placed(each.replace('PATH=', '')));
  const env = { ...scrubbed(join(top, 'tmp')), PATH: path.replace('$PATH', process.env.PATH ?? '') };
  const [entry = '', ...first] = words('ENTRYPOINT');
  const results = placed(all('WORKDIR').at(-1) ?? '');
  const judged = await startProcess(entry, [...first, ...words('CMD'), ...short.split(' ')], results, env).ended;
  expect(judged).toMatchObject({ code: 0, stderr: '' });
  expect(judged.stdout).toContain(`Reports in ${results}/novaspec-results/`);
  expect(existsSync(join(top, 'opt', 'novaspec', 'bin', 'novaspec'))).toBe(true);
}, 180_000);
