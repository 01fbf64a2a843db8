import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Version } from '@cyclonedx/cyclonedx-library/Spec';
import { JsonStrictValidator } from '@cyclonedx/cyclonedx-library/Validation';
import { expect, test } from 'vitest';
import { sbomText } from '../../src/attest/sbom.ts';
import { packageRoot, packageVersion } from '../../src/root.ts';
import { temporaryFolder } from '../cli/command.ts';

interface Sbom {
  specVersion: string;
  metadata: { component: Component };
  components: Component[];
  dependencies: { ref: string; dependsOn?: string[] }[];
}

interface Component {
  'bom-ref': string;
  group?: string;
  name: string;
  version: string;
  purl: string;
  hashes?: { alg: string; content: string }[];
  licenses: ({ license: { id?: string; name?: string } } | { expression: string })[];
}

function sbomOf(root: string): Sbom {
  return JSON.parse(sbomText(new Date(0), root)) as Sbom;
}

test('the bill of materials is valid by the official schema, and holds what npm says is installed', async () => {
  const text = sbomText(new Date());
  expect(await new JsonStrictValidator(Version.v1dot6).validate(text)).toBeNull();
  const { metadata, components, dependencies } = JSON.parse(text) as Sbom;
  expect(metadata.component).toMatchObject({ name: 'novaspec', version: packageVersion });
  const listed = execFileSync('npm', ['ls', '--all', '--omit=dev', '--parseable', '--long'], {
    cwd: packageRoot,
    encoding: 'utf8',
  });
  const installed = listed.split('\n').flatMap(line => /:(@?[^:@]+@[^:]+)/.exec(line)?.[1] ?? []);
  const ours = components.map(
    ({ group, name, version }) => `${group === undefined ? '' : `${group}/`}${name}@${version}`,
  );
  // npm counts optional peers too, which are there for the tests alone.
  expect(installed).toEqual(expect.arrayContaining(ours));
  expect(ours.length).toBeGreaterThan(100);
  expect(components.filter(({ hashes }) => hashes?.[0]?.alg !== 'SHA-512')).toEqual([]);
  const direct = dependencies.find(({ ref }) => ref === metadata.component['bom-ref'])?.dependsOn ?? [];
  expect(direct.some(ref => ref.startsWith('pkg:npm/ajv@8.'))).toBe(true);
});

test('versions within each other, scopes and licences of all kinds are told apart', () => {
  const root = temporaryFolder();
  const digest = Buffer.alloc(64, 7);
  const put = (path: string, manifest: object) => {
    mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, path, 'package.json'), JSON.stringify(manifest));
  };
  put('.', { name: 'tool', version: '1.0.0', license: 'MIT', dependencies: { a: '1', '@s/b': '1', gone: '1' } });
  put('node_modules/a', { name: 'a', version: '1.0.0', license: '(MIT OR Apache-2.0)', dependencies: { c: '2' } });
  put('node_modules/a/node_modules/c', { name: 'c', version: '2.0.0+x', license: 'SEE LICENSE IN x' });
  put('node_modules/@s/b', {
    name: '@s/b',
    version: '1.0.0',
    licenses: [{ type: 'ISC' }],
    peerDependencies: { c: '1' },
  });
  put('node_modules/c', { name: 'c', version: '1.0.0', license: 'mit' });
  put('node_modules/dev', { name: 'dev', version: '1.0.0' });
  writeFileSync(
    join(root, 'node_modules', '.package-lock.json'),
    JSON.stringify({
      packages: {
        'node_modules/a/node_modules/c': { integrity: `sha512-${digest.toString('base64')}` },
      },
    }),
  );
  const { components, dependencies } = sbomOf(root);
  const told = components.map(({ purl, licenses }) => [purl, licenses[0]]);
  expect(Object.fromEntries(told)).toEqual({
    'pkg:npm/a@1.0.0': { expression: '(MIT OR Apache-2.0)' },
    'pkg:npm/c@2.0.0%2Bx': { license: { name: 'SEE LICENSE IN x' } },
    'pkg:npm/%40s/b@1.0.0': { license: { id: 'ISC' } },
    'pkg:npm/c@1.0.0': { license: { id: 'MIT' } },
  });
  const needs = Object.fromEntries(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  expect(needs['pkg:npm/a@1.0.0']).toEqual(['pkg:npm/c@2.0.0%2Bx']);
  expect(needs['pkg:npm/%40s/b@1.0.0']).toEqual(['pkg:npm/c@1.0.0']);
  expect(components.find(({ version }) => version === '2.0.0+x')?.hashes).toEqual([
    { alg: 'SHA-512', content: digest.toString('hex') },
  ]);
});
