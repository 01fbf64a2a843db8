import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** What is read of a `package.json`. */
export interface PackageManifest {
  name: string;
  version: string;
  license?: string;
  licenses?: { type?: string }[];
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

/** A package that is installed, and what of it Node would load for its imports. */
export interface InstalledPackage {
  /** Its real folder. */
  folder: string;
  manifest: PackageManifest;
  /** Subresource integrity of its archive, where npm's lock file tells: `sha512-...`. */
  integrity: string | null;
  /** Folders of what it depends on. */
  needs: string[];
}

/** The package in a folder and all that it needs at run time, as Node resolves it; the package itself first. */
export function installedPackages(root: string): InstalledPackage[] {
  const found = new Map<string, InstalledPackage>();
  const waiting = [realpathSync(root)];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    if (found.has(folder)) continue;
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageManifest;
    const from = folder;
    // What is optional, or a peer that is, may be missing.
    const needs = namesNeeded(manifest).flatMap(name => resolvedFolder(from, name) ?? []);
    found.set(folder, { folder, manifest, integrity: integrityOf(folder), needs });
    waiting.push(...needs);
  }
  return [...found.values()];
}

function namesNeeded({
  dependencies,
  optionalDependencies,
  peerDependencies,
  peerDependenciesMeta,
}: PackageManifest): string[] {
  const peers = Object.keys(peerDependencies ?? {}).filter(name => peerDependenciesMeta?.[name]?.optional !== true);
  return [...new Set([...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers])];
}

/** Where Node finds a package: the nearest node_modules on the way up. */
function resolvedFolder(from: string, name: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const there = join(folder, 'node_modules', name);
    if (existsSync(join(there, 'package.json'))) return realpathSync(there);
    if (dirname(folder) === folder) return null;
  }
}

const lockFiles = new Map<string, Record<string, { integrity?: string }> | null>();

/** npm keeps beside the packages what it installed, each by its path from there. */
function integrityOf(folder: string): string | null {
  for (let above = dirname(folder); above !== dirname(above); above = dirname(above)) {
    const packages = lockFile(join(above, 'node_modules', '.package-lock.json'));
    const entry = packages?.[relative(above, folder).split(sep).join('/')];
    if (entry) return entry.integrity ?? null;
  }
  return null;
}

function lockFile(path: string): Record<string, { integrity?: string }> | null {
  const known = lockFiles.get(path);
  if (known !== undefined) return known;
  const packages = existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as { packages?: Record<string, { integrity?: string }> }).packages
    : undefined;
  lockFiles.set(path, packages ?? null);
  return packages ?? null;
}
