import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../root.ts';
import { Contract, type ContractData } from './contract.ts';
import { sourcesDigest } from './sources.ts';

const resolved = join(packageRoot, 'dist', 'contract.json');

/** In a checkout: the contract was resolved from other sources than those that are there now. */
export class StaleContractError extends Error {}

/** Reads the contract that the build resolved from `specs/` and `fixtures/`. @throws StaleContractError */
export function loadContract(): Contract {
  if (!existsSync(resolved)) throw new StaleContractError('dist/contract.json is missing: run `npm run build`');
  const { sources, ...data } = JSON.parse(readFileSync(resolved, 'utf8')) as ContractData & { sources: string };
  // Only a checkout has sources that can change; an installed package is what it was built from.
  if (existsSync(join(packageRoot, 'src')) && sources !== sourcesDigest(packageRoot)) {
    throw new StaleContractError('specs/ or fixtures/ changed since the last build: run `npm run build`');
  }
  return new Contract(data);
}
