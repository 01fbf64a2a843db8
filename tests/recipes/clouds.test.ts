import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { reportIn } from '../cli/command.ts';
import { cloudsYaml, Machine, recipe, short } from './recipe.ts';

test('clouds and regions stand beside each other, and the gravest exit code counts', async () => {
  const machine = new Machine();
  const file = join(machine.folder, 'clouds.yaml');
  const old = await cloudsYaml(user => user.replace('novaspec', 'old'), { release: 'zed' });
  const late = await cloudsYaml(user => user.replace('novaspec', 'new'), { faults: ['header-vary-missing'] });
  writeFileSync(file, old + late.replace(/^clouds:\n/, ''));
  const env = { OS_CLIENT_CONFIG_FILE: file, ARGUMENTS: short, OUT: 'several' };
  const script = recipe('clouds/clouds.sh');
  const both = await machine.run([script, 'old', 'new'], machine.folder, { ...env, PERSONAS: 'reader other admin' });
  expect({ code: both.code, stderr: both.stderr }).toEqual({ code: 1, stderr: '' });
  expect(both.stdout).toMatch(/^ +headers\.vary +ok \d+ +FAIL/m);
  const folder = join(machine.folder, 'several');
  expect(readFileSync(join(folder, 'matrix.html'), 'utf8')).toContain('headers.vary');
  expect([reportIn(join(folder, 'old')).exitCode, reportIn(join(folder, 'new')).exitCode]).toEqual([0, 1]);

  // Regions of the cloud that OS_* describe; one that the catalog does not have keeps no other from being shown.
  const { auth } = (parse(old) as { clouds: { old: { auth: Record<string, string> } } }).clouds.old;
  const settings = Object.entries(auth).map(([key, value]) => [`OS_${key.toUpperCase()}`, value]);
  const regions = await machine.run([script, 'region:RegionOne', 'region:RegionTwo'], machine.folder, {
    ...Object.fromEntries(settings),
    ARGUMENTS: short,
    OUT: 'regions',
  });
  expect(regions.code, regions.stdout).toBe(2);
  expect(regions.stdout).toContain('region RegionTwo: it has');
  expect(existsSync(join(machine.folder, 'regions', 'matrix.html'))).toBe(true);
  expect(reportIn(join(machine.folder, 'regions', 'RegionOne')).exitCode).toBe(0);
}, 180_000);

test('without a cloud it says how it is used', async () => {
  const machine = new Machine();
  expect(await machine.run([recipe('clouds/clouds.sh')])).toMatchObject({
    code: 2,
    stderr: 'usage: clouds.sh CLOUD|region:REGION...\n',
  });
});
