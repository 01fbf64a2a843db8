import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Subject } from './statement.ts';

/** The files of a bundle that stand beside the folders of its runs. */
export const bundleFiles = {
  attestation: 'attestation.dsse.json',
  environment: 'environment.json',
  sbom: 'sbom.cdx.json',
  page: 'certificate.html',
} as const;

/** What a folder holds. */
export interface Inventory {
  /** Regular files: sorted paths below it, with `/`. */
  files: string[];
  /** What is no regular file, one line each: links, sockets, empty folders. */
  strange: string[];
}

/** Looks at everything in a folder; follows no link. @throws Error where it cannot be read */
export async function inventory(folder: string): Promise<Inventory> {
  const files: string[] = [];
  const strange: string[] = [];
  const walk = async (below: string): Promise<void> => {
    const entries = await readdir(join(folder, below), { withFileTypes: true });
    if (entries.length === 0 && below !== '') strange.push(`${below} is an empty folder`);
    for (const entry of entries) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isFile()) files.push(path);
      else if (entry.isDirectory()) await walk(path);
      else strange.push(`${path} is ${entry.isSymbolicLink() ? 'a link' : 'no regular file'}`);
    }
  };
  await walk('');
  return { files: files.toSorted(), strange };
}

/** SHA-256 of a file in hex; the file is never whole in memory. */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** A subject for every file of a bundle but the attestation. @throws Error for what is no regular file */
export async function subjectsOf(bundle: string): Promise<Subject[]> {
  const { files, strange } = await inventory(bundle);
  if (strange[0] !== undefined) throw new Error(`${bundle}: ${strange[0]}`);
  const subjects: Subject[] = [];
  for (const name of files.filter(each => each !== bundleFiles.attestation)) {
    subjects.push({ name, digest: { sha256: await fileDigest(join(bundle, name)) } });
  }
  return subjects;
}
