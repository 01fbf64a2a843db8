import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/root.ts';

/** The text of a stylesheet of this folder, as the build copied it. */
export function stylesheet(name: 'theme' | 'matrix' | 'certificate'): string {
  return readFileSync(join(packageRoot, 'dist/reporters/pages', `${name}.css`), 'utf8');
}
