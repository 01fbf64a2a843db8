import { createRequire } from 'node:module';
import { stringAt } from './json.ts';

const version = stringAt(createRequire(import.meta.url)('novaspec/package.json'), 'version');

/** `novaspec/VERSION`, sent with every request. */
export const userAgent = `novaspec/${version}`;
