import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../root.ts';
import { Contract, type ContractData } from './contract.ts';

const resolved = join(packageRoot, 'dist', 'contract.json');

/**
 * Reads the contract that the build resolved from `specs/` and `fixtures/`.
 * Throws an Error that says what to do when, in a checkout, the sources are newer.
 */
export function loadContract(): Contract {
  assertFresh();
  return new Contract(JSON.parse(readFileSync(resolved, 'utf8')) as ContractData);
}

function assertFresh(): void {
  // Only a checkout has sources that can change; an installed package is what it was built from.
  if (!existsSync(join(packageRoot, 'src'))) return;
  const built = existsSync(resolved) ? statSync(resolved).mtimeMs : 0;
  const newer = ['specs', 'fixtures'].flatMap(folder =>
    readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
      .map(file => join(folder, file))
      .filter(file => !file.endsWith('.schema.json'))
      .filter(file => statSync(join(packageRoot, file)).isFile() && statSync(join(packageRoot, file)).mtimeMs > built),
  );
  if (newer[0]) throw new Error(`${newer[0]} is newer than dist/contract.json: run \`npm run build\``);
}
