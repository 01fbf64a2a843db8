import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';

/** SHA-256, in hex, over the files of some folders (or files) below a root: sorted relative paths with `/`, lengths and bytes. */
export function treeDigest(root: string, parts: readonly string[], wanted: (path: string) => boolean): string {
  const hash = createHash('sha256');
  const paths = parts.flatMap(part => filesBelow(root, part)).filter(wanted);
  for (const path of paths.toSorted((one, other) => (one < other ? -1 : 1))) {
    const bytes = readFileSync(join(root, path));
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

function filesBelow(root: string, part: string): string[] {
  if (statSync(join(root, part)).isFile()) return [part];
  return readdirSync(join(root, part), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1))
    .map(path => path.split(sep).join('/'));
}
