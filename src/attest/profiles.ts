import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Contract } from '../contract/contract.ts';
import { unknownName } from '../plan/selection.ts';
import { packageRoot } from '../root.ts';
import { freeze } from './frozen.ts';
import { type Frozen, type Profile, type ProfileData, profileDigest } from './profile.ts';
import { shapeErrors } from './shape.ts';

const folder = join(packageRoot, 'profiles');

/** The names of the profiles that the package brings. */
export function publishedNames(): string[] {
  return readdirSync(folder)
    .filter(file => file.endsWith('.yaml'))
    .map(file => file.slice(0, -'.yaml'.length))
    .toSorted();
}

/**
 * The profile that `--profile` names: a published one, or one of a file, for trials.
 * @throws Error with one line: not known (and the nearest name), not readable, not a profile, not frozen to this contract
 */
export function profileOf(contract: Contract, wanted: string): Profile {
  const isFile = /[/\\]|\.ya?ml$/.test(wanted);
  if (!isFile && !publishedNames().includes(wanted))
    throw new Error(unknownName('--profile', wanted, publishedNames()));
  const file = isFile ? wanted : join(folder, `${wanted}.yaml`);
  if (!existsSync(file)) throw new Error(`--profile: ${file} is not there`);
  const { frozen: said, digest: saidDigest, ...data } = readProfile(file);
  const frozen = frozenFor(contract, data);
  const digest = profileDigest(data, frozen);
  if (said !== undefined && (saidDigest !== digest || profileDigest(data, said) !== digest)) {
    throw new Error(`--profile: ${data.name} ${staleness(said, frozen)}; \`npm run profile:freeze\` freezes it anew`);
  }
  if (said === undefined && !isFile) throw new Error(`--profile: ${data.name} was never frozen`);
  return { ...data, frozen, digest, published: !isFile };
}

/** What a profile is frozen to now. @throws Error with one line for a name that the contract does not know */
function frozenFor(contract: Contract, data: ProfileData): Frozen {
  const { personas, capabilities } = contract.documentAt(contract.oldest)['x-novaspec'];
  const { skips, keeps } = data;
  const names: [string, string[], string[]][] = [
    ['persona', data.personas, Object.keys(personas)],
    ['capability', [...data.features, ...skips.flatMap(each => each.capabilities ?? [])], Object.keys(capabilities)],
    ['situation', [...skips, ...keeps].flatMap(each => each.states ?? []), Object.keys(contract.data.stage.states)],
  ];
  for (const [what, used, known] of names) {
    const wrong = used.find(name => !known.includes(name));
    if (wrong !== undefined) throw new Error(`--profile: ${data.name}: ${unknownName(what, wrong, known)}`);
  }
  try {
    return freeze(contract, data);
  } catch (error) {
    throw new Error(`--profile: ${data.name}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** A profile's file as it is. @throws Error with one line */
function readProfile(file: string): ProfileData & { frozen?: Frozen; digest?: string } {
  let data: unknown;
  try {
    data = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const [first] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new Error(`--profile: ${file} cannot be read: ${first}`, { cause: error });
  }
  const [problem] = shapeErrors('profile', data);
  if (problem !== undefined) throw new Error(`--profile: ${file} is no profile: ${problem}`);
  return data as ProfileData;
}

function staleness(said: Frozen, now: Frozen): string {
  const changed = [
    ...(said.contract === now.contract ? [] : ['specs/ or fixtures/']),
    ...(said.plan === now.plan ? [] : ['the plan']),
  ];
  return changed.length === 0
    ? 'was changed after it was frozen'
    : `is frozen to others than ${changed.join(' and ')} of this novaspec`;
}
