import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { reportIn } from '../cli/command.ts';
import { cloudsYaml, devstack, Machine, recipe, recipeYaml, short } from './recipe.ts';

const missing = spawnSync('ansible-playbook', ['--version']).status !== 0;
if (missing) {
  process.stderr.write('The test of the Ansible role is skipped: install the Debian package ansible-core.\n');
}

const playbooks = recipe('zuul/playbooks/novaspec');

test('the job names playbooks that are there', () => {
  const [{ job }] = recipeYaml('zuul/zuul.d/jobs.yaml') as [{ job: Record<'pre-run' | 'run' | 'post-run', string> }];
  for (const name of ['pre-run', 'run', 'post-run'] as const) {
    expect(recipeYaml(`zuul/${job[name]}`)).toMatchObject([{ hosts: 'all' }]);
  }
  // Each variable of the role stands in its README, with the default that it has.
  const defaults = recipeYaml('zuul/roles/run-novaspec/defaults/main.yaml');
  const readme = readFileSync(recipe('zuul/roles/run-novaspec/README.rst'), 'utf8');
  const told = [...readme.matchAll(/:: (\w+)\n +:default: (.*)/g)].map(([, name = '', text = '']) => {
    return [name, text.startsWith('{{') ? text : (parse(text) as unknown)];
  });
  expect(Object.fromEntries(told)).toEqual(defaults);
});

test.skipIf(missing)(
  'the playbooks judge a DevStack and collect the reports, also where the run fails',
  async () => {
    const machine = new Machine();
    const [clouds, output, own] = ['clouds.yaml', 'output', 'own'].map(name => join(machine.folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(clouds, await cloudsYaml(devstack, { faults: ['header-vary-missing'] }));
    // Roles of DevStack and Zuul, which the playbook for the preparation names.
    for (const role of ['orchestrate-devstack', 'ensure-nodejs']) mkdirSync(join(own, role), { recursive: true });
    const variables = {
      ansible_user_dir: machine.folder,
      zuul_output_dir: output,
      novaspec_clouds_file: clouds,
      novaspec_arguments: short.split(' '),
    };
    const env = {
      ANSIBLE_ROLES_PATH: `${recipe('zuul/roles')}:${own}`,
      ANSIBLE_LOCAL_TEMP: join(machine.folder, 'ansible'),
      ANSIBLE_REMOTE_TEMP: join(machine.folder, 'ansible'),
      ANSIBLE_NOCOLOR: '1',
      LANG: 'C.UTF-8',
    };
    const play = (file: string, ...options: string[]) => {
      const host = ['-i', 'localhost,', '-c', 'local', '-e', JSON.stringify(variables)];
      return machine.run(['ansible-playbook', ...host, ...options, join(playbooks, file)], machine.folder, env);
    };
    // Those that follow are carried out; this one needs a node of Zuul.
    expect(await play('pre.yaml', '--syntax-check')).toMatchObject({ code: 0, stderr: '' });
    const judged = await play('run.yaml');
    expect(judged.code, judged.stdout).toBe(2);
    expect(judged.stdout).toContain('"rc": 1');
    const collected = await play('post.yaml');
    expect(collected.code, collected.stdout).toBe(0);
    const folder = join(output, 'logs', 'novaspec');
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['report.html', 'junit.xml', 'ledger.jsonl']));
    expect(reportIn(folder)).toMatchObject({ exitCode: 1, complete: true });
    const prefix = `${machine.folder}/.local/novaspec`;
    expect(machine.installed()).toEqual([`install --global --prefix ${prefix} --no-audit --no-fund novaspec@latest`]);
  },
  180_000,
);
