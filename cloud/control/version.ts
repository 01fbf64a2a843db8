import { createRequire } from 'node:module';

/** The version of the package, by its own name: the compiled file lies deeper than its source. */
export function packageVersion(): string {
  const { version }: { version: string } = createRequire(import.meta.url)('novaspec/package.json');
  return version;
}
