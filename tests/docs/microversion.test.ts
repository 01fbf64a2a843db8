import { appendFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { startCloud } from '../../cloud/cloud.ts';
import { type Outcome, reportIn, scrubbed, startProcess, temporaryFolder } from '../cli/command.ts';
import { type Passing, startProxy } from '../cli/proxy.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(root, 'docs', 'microversion.md'), 'utf8');

/** The files that the page shows; `added`: to the end of the mapping that ends one that is there. */
const files = [...page.matchAll(/^`((?:specs|fixtures)\/\S+)`(, at the end of `\w+`)?:\n\n```\w+\n(.*?)^```/gms)].map(
  ([, path = '', added, text = '']) => ({ path, added: added !== undefined, text }),
);

/** A copy of the package with the files of the page, and its contract resolved from them as the build does. */
async function packageOfThePage(): Promise<string> {
  const folder = temporaryFolder();
  for (const each of ['build', 'dist', 'specs', 'fixtures', 'schemas', 'tools', 'package.json'])
    cpSync(join(root, each), join(folder, each), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const { path, added, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    if (added) appendFileSync(join(folder, path), text.replaceAll(/^(?=.)/gm, '  '));
    else writeFileSync(join(folder, path), text);
  }
  const resolved = await node(folder, ['tools/resolve-contract.mjs']);
  expect(resolved).toMatchObject({ code: 0, stderr: '' });
  return folder;
}

function node(folder: string, args: string[], env: Record<string, string> = {}): Promise<Outcome> {
  return startProcess(process.execPath, args, folder, scrubbed(folder, env)).ended;
}

const isNew = ({ headers }: Passing) => /(?:2\.105|latest)$/.test(String(headers['openstack-api-version'] ?? ''));

/** Makes a cloud that ends at 2.104 one that speaks 2.105: with the property of the page, or without. */
function speaking2105(cloud: string, forgetful: boolean): Promise<string> {
  return startProxy(cloud, {
    ask: value => value.replace(/2\.105$/, '2.104'),
    tell: (value, passing) => (isNew(passing) ? value.replace(/2\.104$/, '2.105') : value),
    edit: (text, passing) => {
      if (/\/v2\.1\/?$/.test(passing.path) || /compute\/?$/.test(passing.path))
        return text.replaceAll('"2.104"', '"2.105"');
      if (forgetful || passing.method !== 'GET' || !isNew(passing) || !passing.path.includes('/os-volume_attachments'))
        return text;
      return text.replaceAll('"volumeId":', '"read_only":false,"volumeId":');
    },
  });
}

test('the five steps of the page add a microversion', async () => {
  expect(files.map(({ path }) => path)).toHaveLength(4);
  const folder = await packageOfThePage();
  const main = join(folder, 'dist', 'src', 'cli', 'main.js');

  const valid = new Ajv2020({ strict: false }).compile(
    JSON.parse(readFileSync(join(folder, 'specs', 'rule.schema.json'), 'utf8')) as object,
  );
  const overlay = files.find(({ path }) => path.endsWith('v2.105.yaml'))?.text ?? '';
  expect({ valid: valid(parse(overlay)), errors: valid.errors }).toEqual({ valid: true, errors: null });

  const { sentences } = JSON.parse(readFileSync(join(folder, 'dist', 'contract.json'), 'utf8'));
  expect(sentences).toMatchObject({ 'history.read-only': { section: '2.105' } });

  const spec = await node(folder, [main, 'spec', '--microversion', '2.105', '--json']);
  const { info, components } = JSON.parse(spec.stdout);
  expect(info.version).toBe('2.105');
  expect(components.schemas.Attachment.required).toContain('read_only');

  const listed = await node(folder, [main, 'list', '--microversions', '2.105', '--json']);
  const planned = (JSON.parse(listed.stdout) as { id: string; skip: unknown }[]).filter(({ skip }) => !skip);
  expect(planned.map(({ id }) => id)).toEqual(expect.arrayContaining(['show.read-only@2.105', 'detach.success@2.105']));

  const cloud = await startCloud({ delay: 'none' });
  onTestFinished(() => cloud.stop());
  const judge = async (forgetful: boolean) => {
    const url = await speaking2105(cloud.url, forgetful);
    const name = forgetful ? 'forgetful' : 'good';
    writeFileSync(join(folder, 'clouds.yaml'), cloud.cloudsYaml().replaceAll(cloud.url, url));
    const which = [
      '--microversions',
      '2.105',
      '--suite',
      'shapes',
      '--suite',
      'samples',
      '--rule',
      'list',
      '--rule',
      'show',
    ];
    const outcome = await node(folder, [main, 'run', '--os-cloud', 'novaspec', ...which, '--out', name]);
    return { ...outcome, cases: reportIn(join(folder, name)).cases };
  };

  const good = await judge(false);
  expect(good.stdout).toContain('microversions 2.1 to 2.105');
  expect({ code: good.code, said: good.code === 0 ? '' : good.stdout }).toEqual({ code: 0, said: '' });
  expect(good.cases.map(({ id, verdict }) => `${id} ${verdict}`)).toContain('show.read-only@2.105 pass');

  const forgetful = await judge(true);
  expect(forgetful.code).toBe(1);
  const shown = page.match(/^FAIL {2}show\.read-only.*?(?=\n```)/ms)?.[0];
  expect(shown).toBeDefined();
  expect(forgetful.stdout).toContain(shown);
  const failed = new Set(forgetful.cases.filter(({ verdict }) => verdict === 'fail').map(({ rule }) => rule));
  expect([...failed].toSorted()).toEqual(
    expect.arrayContaining(['list.sample', 'list.success', 'show.read-only', 'show.success']),
  );
});
