import type { Contract } from '../contract/contract.ts';
import { packageVersion } from '../root.ts';
import type { Profile } from './profile.ts';
import { profileOf, publishedNames } from './profiles.ts';
import type { Predicate } from './statement.ts';

/** The profile that an attestation names, and why it is not accepted; `only`: the one that is accepted instead of the published ones. */
export function checkProfile(
  contract: Contract,
  { configuration }: Predicate,
  only: Profile | undefined,
): { profile: Profile | null; problem: string | null } {
  const [
    {
      name,
      digest: { sha256: digest },
      annotations,
    },
    tool,
  ] = configuration;
  const { version } = tool.annotations;
  const maker = `it was made with novaspec ${version}`;
  const elsewhere = version === packageVersion ? maker : `${maker}, which verifies it: npx novaspec@${version} verify`;
  if (only !== undefined) {
    if (only.name !== name) return refused(`${name} is not the profile ${only.name}`);
    if (only.digest !== digest)
      return refused(`its profile ${name} is another than the given one: digest ${digest}, not ${only.digest}`);
    return { profile: only, problem: null };
  }
  if (!annotations.published) {
    return refused(`${name} is no published profile; --profile FILE accepts one of a trial`);
  }
  if (!publishedNames().includes(name)) {
    return refused(
      `${name} is no profile of novaspec ${packageVersion} (${publishedNames().join(', ')}); ${elsewhere}`,
    );
  }
  const published = profileOf(contract, name);
  if (published.digest === digest) return { profile: published, problem: null };
  return refused(
    `its profile ${name} has the digest ${digest}, that of novaspec ${packageVersion} is ${published.digest}; ${elsewhere}`,
  );
}

function refused(problem: string): { profile: null; problem: string } {
  return { profile: null, problem };
}
