import { join } from 'node:path';
import { packageRoot } from '../../src/root.ts';

/** The folder of the script and of what was recorded; compiled code lies elsewhere. */
export const differentialFolder = join(packageRoot, 'tests', 'differential');
