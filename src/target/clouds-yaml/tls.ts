import { readFileSync } from 'node:fs';
import { errorCode } from '../error-code.ts';
import { TargetError } from '../errors.ts';
import { type Mapping, stringAt } from '../json.ts';
import type { Tls } from '../resolved.ts';
import { expandHome } from './search-path.ts';

/** What a cloud (or the command line, in the same names) says about trust; files are read here. @throws TargetError `config` */
export function tlsSettings(settings: Mapping, env: NodeJS.ProcessEnv): Tls {
  const insecure = isTrue(settings.insecure) || isFalse(settings.verify);
  const read = (key: string): string | undefined => {
    const path = stringAt(settings, key);
    if (path === undefined) return undefined;
    try {
      return readFileSync(expandHome(path, env), 'utf8');
    } catch (error) {
      throw new TargetError('config', `${key} ${path} cannot be read (${errorCode(error)})`);
    }
  };
  const tls: Tls = { insecure };
  const ca = insecure ? undefined : read('cacert');
  if (ca !== undefined) tls.ca = ca;
  const cert = read('cert');
  if (cert !== undefined) {
    tls.cert = cert;
    // Certificate and key may stand in one file.
    tls.key = read('key') ?? cert;
  }
  return tls;
}

function isTrue(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}

function isFalse(value: unknown): boolean {
  return value === false || (typeof value === 'string' && value.toLowerCase() === 'false');
}
