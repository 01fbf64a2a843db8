import { release, type as system } from 'node:os';
import { packageRoot, packageVersion } from '../root.ts';
import type { Profile } from './profile.ts';
import { treeDigest } from './tree-digest.ts';

/** `environment.json` of a bundle: where and with what it was made. Written first, and once more at the end. */
export interface Environment {
  schema: 'urn:novaspec:environment:1';
  /** False until all runs are done. */
  complete: boolean;
  /** Why it is not complete, where that is known. */
  incomplete: string | null;
  /** What whoever certifies calls what is certified: a product and its release; null: nothing was said. */
  product: string | null;
  profile: { name: string; digest: string; published: boolean };
  /** `digest`: SHA-256 over the files of the package that a run uses. */
  tool: { name: string; version: string; digest: string };
  node: string;
  system: { name: string; release: string; architecture: string };
  /** ISO 8601; null until all runs are done. */
  startedAt: string;
  finishedAt: string | null;
}

/** The environment of this process at the beginning of a certification. */
export function environmentNow(profile: Profile, product: string | null, startedAt: Date): Environment {
  const { name, digest, published } = profile;
  return {
    schema: 'urn:novaspec:environment:1',
    complete: false,
    incomplete: null,
    product,
    profile: { name, digest, published },
    tool: { name: 'novaspec', version: packageVersion, digest: toolDigest() },
    node: process.version,
    system: { name: system(), release: release(), architecture: process.arch },
    startedAt: startedAt.toISOString(),
    finishedAt: null,
  };
}

/** SHA-256 over what this package judges with: its code, contract, schemas and profiles; the same in a checkout and installed. */
export function toolDigest(root: string = packageRoot): string {
  const parts = ['dist', 'specs', 'fixtures', 'schemas', 'profiles'];
  return treeDigest(root, parts, path => !path.endsWith('.ts'));
}
