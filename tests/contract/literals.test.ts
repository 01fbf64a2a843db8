import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadContract } from '../../src/contract/load.ts';
import { packageRoot } from '../../src/root.ts';

const contract = loadContract();
const { states, server, volume } = contract.data.stage;

/** Words of the contract that the engine must not know. `error` is a verdict too, and `in_error` no word of Nova. */
const words = new Set(
  [
    Object.keys(states),
    Object.values(states).flatMap(({ enter = [], leave = [] }) =>
      [...enter, ...leave].flatMap(({ until }) =>
        [until].flat().flatMap(sight => (sight === 'gone' ? [] : [sight.status ?? [], sight.vm_state ?? []].flat())),
      ),
    ),
    [server.ready, server.failed, volume.available, volume.attached, volume.failed].flat(),
  ].flat(),
);
for (const word of ['error', 'ERROR']) words.delete(word);
// A volume that is free is `available` for the stage as it is for Cinder; its statuses are read from the data.
words.delete('available');

/** HTTP's own statuses, which are about connections and tokens and judge nothing: redirects, renewals, waits. */
const transport = /^src\/target\//;

const files = ['src', 'suites', 'reporters'].flatMap(folder =>
  readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => join(folder, name)),
);

/** What a file says that only the contract may say: quoted words, and numbers that a status is compared with. */
function findings(file: string, text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const code = line.replace(/^\s*(\*|\/\*\*?|\/\/).*$/, '').replace(/ \/\/ .*$/, '');
    const quoted = [...code.matchAll(/'([^'\\]*)'/g)].map(([, word = '']) => word);
    const compared = [...code.matchAll(/\bstatus(?:es)?\)? *(?:[!=]==|[<>]=?) *([1-9]\d\d)\b/g)].map(
      ([, status = '']) => status,
    );
    const found = [
      ...quoted.filter(word => words.has(word) || /^2\.\d+$/.test(word)),
      ...(transport.test(file) ? [] : compared),
    ];
    return found.map(each => `${file}:${index + 1} ${each}`);
  });
}

test('engine code names no vm_state, no status and no microversion', () => {
  expect(files.length).toBeGreaterThan(100);
  expect(files.flatMap(file => findings(file, readFileSync(join(packageRoot, file), 'utf8')))).toEqual([]);
});

test('one that did would be found', () => {
  const bad = "if (view.status === 'SHUTOFF' || response.status === 409 || version === '2.20') stop('suspended');";
  expect(findings('suites/bad.ts', bad)).toHaveLength(4);
});
