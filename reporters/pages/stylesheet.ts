import { readFileSync } from 'node:fs';

/** The text of a stylesheet of this folder; the build copies them beside the compiled files. */
export function stylesheet(name: 'theme' | 'matrix' | 'certificate'): string {
  return readFileSync(new URL(`./${name}.css`, import.meta.url), 'utf8');
}
