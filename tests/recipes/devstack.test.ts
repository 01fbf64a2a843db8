import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reportIn } from '../cli/command.ts';
import { cloudsYaml, devstack, Machine, recipe, short } from './recipe.ts';

test("local.sh judges a cloud with DevStack's names, and does not stop stack.sh", async () => {
  const machine = new Machine();
  const file = join(machine.folder, 'clouds.yaml');
  const out = join(machine.folder, 'out');
  writeFileSync(file, await cloudsYaml(devstack, { faults: ['header-vary-missing'] }));
  // stack.sh leaves the admin's settings in the environment.
  const env = { CLOUDS_FILE: file, OUT: out, PREFIX: machine.folder, ARGUMENTS: short, OS_CLOUD: 'devstack-admin' };
  const judged = await machine.run([recipe('devstack/local.sh')], machine.folder, env);
  expect(judged).toMatchObject({ code: 0, stderr: '' });
  expect(judged.stdout).toContain(`novaspec ended with exit code 1; its reports are in ${out}\n`);
  expect(reportIn(out)).toMatchObject({ exitCode: 1, choices: expect.anything() });
  const strict = await machine.run([recipe('devstack/local.sh')], machine.folder, {
    ...env,
    STRICT: '1',
    ARGUMENTS: '--suite none',
  });
  expect(strict.code).toBe(2);
  const install = `install --global --prefix ${machine.folder} --no-audit --no-fund novaspec@latest`;
  expect(machine.installed()).toEqual([install, install]);
}, 180_000);
