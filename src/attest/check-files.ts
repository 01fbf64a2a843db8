import { join } from 'node:path';
import { bundleFiles, fileDigest, type Inventory } from './bundle-files.ts';
import type { Subject } from './statement.ts';

/** What is in a bundle and is no subject, or the other way round; and subjects that can name no file of a bundle. */
export function checkFiles({ files, strange }: Inventory, subjects: readonly Subject[]): string[] {
  const names = subjects.map(({ name }) => name);
  const named = new Set(names);
  const there = new Set(files);
  const needed = [bundleFiles.environment, bundleFiles.sbom, bundleFiles.page];
  return [
    ...strange,
    ...[...named]
      .filter(name => names.indexOf(name) !== names.lastIndexOf(name))
      .map(name => `two subjects are named ${name}`),
    ...[...named].filter(name => !isInside(name)).map(name => `no file of a bundle is named ${JSON.stringify(name)}`),
    ...needed.filter(name => !named.has(name)).map(name => `${name} is no subject`),
    ...[...named].filter(name => isInside(name) && !there.has(name)).map(name => `${name} is missing`),
    ...files.filter(name => !named.has(name) && name !== bundleFiles.attestation).map(name => `${name} was added`),
  ];
}

/** Which files have another digest than their subject; those that are missing are told by others. */
export async function checkDigests(
  bundle: string,
  { files }: Inventory,
  subjects: readonly Subject[],
): Promise<string[]> {
  const there = new Set(files);
  const changed: string[] = [];
  for (const { name, digest } of subjects) {
    if (!isInside(name) || !there.has(name)) continue;
    if ((await fileDigest(join(bundle, name))) !== digest.sha256) changed.push(`${name} was changed`);
  }
  return changed;
}

/** Whether a name is a plain path below a bundle, and not the attestation's own. */
function isInside(name: string): boolean {
  const isPlain = name.split('').every(char => char > '\u{1f}' && char !== '\u{7f}' && char !== '\\');
  if (!isPlain || name === bundleFiles.attestation) return false;
  return name.split('/').every(step => step !== '' && step !== '.' && step !== '..');
}
