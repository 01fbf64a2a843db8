import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** SHA-256 over all that the contract is resolved from, below the package's root: names and contents. */
export function sourcesDigest(root: string): string {
  const hash = createHash('sha256');
  const files = ['specs', 'fixtures'].flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(file => join(folder, file)),
  );
  for (const file of files.filter(name => /\.(yaml|json)$/.test(name) && !name.endsWith('.schema.json')).toSorted()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}
