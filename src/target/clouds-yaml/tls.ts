import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { errorCode } from '../error-code.ts';
import { TargetError } from '../errors.ts';
import { type Mapping, stringAt } from '../json.ts';
import type { Tls } from '../resolved.ts';
import { expandHome } from './search-path.ts';

/** A file that was read, and what messages call it. */
interface PemFile {
  what: string;
  text: string;
}

/**
 * What a cloud (or the command line, in the same names) says about trust, and OS_CACERT, OS_CERT and OS_KEY where it says nothing;
 * files are read and checked here, because Node tells of a wrong one late or never. @throws TargetError `config` naming the file
 */
export function tlsSettings(settings: Mapping, env: NodeJS.ProcessEnv): Tls {
  const insecure = isTrue(settings.insecure) || isFalse(settings.verify);
  const read = (name: string, path: string | undefined): PemFile | undefined => {
    if (path === undefined || path === '') return undefined;
    const what = `${name} ${path}`;
    try {
      return { what, text: readFileSync(expandHome(path, env), 'utf8') };
    } catch (error) {
      throw new TargetError('config', `${what} cannot be read (${errorCode(error)})`);
    }
  };
  const tls: Tls = { insecure };
  const ca = insecure ? undefined : read('cacert', stringAt(settings, 'cacert') ?? env.OS_CACERT);
  if (ca !== undefined) {
    certificatesIn(ca);
    tls.ca = ca.text;
  }
  const own = stringAt(settings, 'cert');
  const cert = read('cert', own ?? env.OS_CERT);
  const key = read('key', stringAt(settings, 'key') ?? (own === undefined ? env.OS_KEY : undefined));
  if (cert === undefined) {
    if (key !== undefined) throw new TargetError('config', `${key.what} has no cert beside it`, 'name its certificate');
    return tls;
  }
  // Certificate and key may stand in one file.
  const keyFile = key ?? cert;
  const [first] = certificatesIn(cert);
  if (first?.checkPrivateKey(privateKeyIn(keyFile)) !== true) {
    throw new TargetError('config', `${keyFile.what} is not the key of ${cert.what}`);
  }
  return { ...tls, cert: cert.text, key: keyFile.text };
}

function certificatesIn({ what, text }: PemFile): X509Certificate[] {
  const blocks = text.match(/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]*-----END/g) ?? [];
  if (blocks.length === 0) throw new TargetError('config', `${what} holds no certificate`, 'it must be a PEM file');
  try {
    return blocks.map(
      block => new X509Certificate(`${block.replace(/(?:TRUSTED |X509 )(?=CERT)/, '')} CERTIFICATE-----`),
    );
  } catch (error) {
    throw new TargetError('config', `${what} holds a broken certificate (${errorCode(error)})`);
  }
}

function privateKeyIn({ what, text }: PemFile): KeyObject {
  if (!/-----BEGIN (?:\w+ )*PRIVATE KEY-----/.test(text)) {
    throw new TargetError('config', `${what} holds no private key`, 'it must be a PEM file');
  }
  if (/^-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(text)) {
    throw new TargetError(
      'config',
      `${what} is encrypted`,
      'nobody is asked for its password; `openssl pkey` decrypts it',
    );
  }
  try {
    return createPrivateKey(text);
  } catch (error) {
    throw new TargetError('config', `${what} holds a broken private key (${errorCode(error)})`);
  }
}

function isTrue(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}

function isFalse(value: unknown): boolean {
  return value === false || (typeof value === 'string' && value.toLowerCase() === 'false');
}
