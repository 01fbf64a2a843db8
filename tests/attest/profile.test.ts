import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { freeze } from '../../src/attest/frozen.ts';
import { profileDigest } from '../../src/attest/profile.ts';
import { profileOf, publishedNames } from '../../src/attest/profiles.ts';
import { packageRoot } from '../../src/root.ts';
import { novaspec, temporaryFolder } from '../cli/command.ts';
import { contract } from '../plan/default-plan.ts';

const documents = contract.documentAt(contract.oldest)['x-novaspec'];
const source = (name: string) => readFileSync(join(packageRoot, 'profiles', `${name}.yaml`), 'utf8');

test.each(publishedNames())('%s is frozen to the contract and plan that are there', name => {
  const { frozen, digest, ...data } = parse(source(name));
  const now = freeze(contract, data);
  const help =
    'specs/, fixtures/, the plan or the profile changed: run `npm run profile:freeze`, and look at what it changed';
  expect({ frozen, digest }, help).toEqual({ frozen: now, digest: profileDigest(data, now) });
  expect(profileOf(contract, name)).toMatchObject({ name, published: true });
});

test.each(publishedNames())('%s asks for and allows only what the contract knows', name => {
  const { personas, features, skips, keeps, levels, microversions } = profileOf(contract, name);
  expect(Object.keys(documents.personas)).toEqual(expect.arrayContaining(personas));
  const allowed = skips.flatMap(({ capabilities = [] }) => capabilities);
  expect(Object.keys(documents.capabilities).toSorted()).toEqual([...features, ...allowed].toSorted());
  const states = [...skips, ...keeps].flatMap(each => each.states ?? []);
  expect(Object.keys(contract.data.stage.states)).toEqual(expect.arrayContaining(states));
  expect(levels.decide).toEqual(['required']);
  expect(microversions).toEqual({ min: contract.oldest, max: contract.newest });
});

test.each([
  [
    'a name that is not known',
    'compute-volume-atachments-2026.2',
    /^--profile: 'compute-volume-atachments-2026\.2' is not known, did you mean 'compute-volume-attachments-2026\.2'\?/,
  ],
  ['a file that is not there', './none.yaml', /^--profile: \.\/none\.yaml is not there$/],
  ['no YAML', './broken.yaml', /^--profile: \.\/broken\.yaml cannot be read: .+$/],
  [
    'something else',
    './other.yaml',
    /^--profile: \.\/other\.yaml is no profile: \/ must have required property 'name'$/,
  ],
  [
    'a rule that is not known',
    './rule.yaml',
    /^--profile: trial-tags: --rule: 'attach\.tig' is not known, did you mean/,
  ],
  [
    'a persona that is not known',
    './persona.yaml',
    /^--profile: trial-tags: persona: 'raeder' is not known, did you mean 'reader'\?/,
  ],
  [
    'one that was changed after it was frozen',
    './thawed.yaml',
    /^--profile: compute-volume-attachments-2026\.2 was changed after it was frozen; `npm run profile:freeze`/,
  ],
  [
    'one that is frozen to another contract',
    './stale.yaml',
    /is frozen to others than specs\/ or fixtures\/ of this novaspec; `npm run profile:freeze`/,
  ],
])('%s is refused in one line', (_what, profile, line) => {
  const folder = temporaryFolder();
  const published = source(publishedNames()[0] ?? '');
  const trial = readFileSync(new URL('trial.yaml', import.meta.url), 'utf8');
  writeFileSync(join(folder, 'broken.yaml'), 'name: [');
  writeFileSync(join(folder, 'other.yaml'), 'clouds: {}');
  writeFileSync(join(folder, 'rule.yaml'), trial.replace('attach.tag', 'attach.tig'));
  writeFileSync(join(folder, 'persona.yaml'), trial.replace('[member, reader', '[member, raeder'));
  writeFileSync(join(folder, 'thawed.yaml'), published.replace('repetitions: 3', 'repetitions: 1'));
  const stale = published.replace(/contract: \w/, 'contract: f').replace(/contract: ff/, 'contract: 0f');
  writeFileSync(join(folder, 'stale.yaml'), stale);
  const wanted = profile.replace('./', `${folder}/`);
  let said = '';
  try {
    profileOf(contract, wanted);
  } catch (error) {
    said = error instanceof Error ? error.message.replaceAll(`${folder}/`, './') : '';
  }
  expect(said).toMatch(line);
  expect(said).not.toContain('\n');
});

test('certify says such a line and ends with 2', async () => {
  const args = ['certify', '--profile', 'compute-volume-attachments', '--key', 'none.key'];
  const { code, stderr } = await novaspec(args, temporaryFolder());
  expect(stderr).toMatch(/^novaspec: --profile: 'compute-volume-attachments' is not known, did you mean .+\n$/);
  expect(code).toBe(2);
});
