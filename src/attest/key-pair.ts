import { generateKeyPairSync } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { keyId } from './keys.ts';

/** A key pair that was written. */
export interface WrittenKeyPair {
  /** Files: PKCS#8 in PEM, of mode 0600, and SPKI in PEM. */
  privateKey: string;
  publicKey: string;
  keyId: string;
}

/** Makes an Ed25519 key pair and writes `NAME.key` and `NAME.pub`, neither over another file. @throws Error with one line */
export function writeKeyPair(name: string, passphrase: string | undefined): WrittenKeyPair {
  const files = { privateKey: `${name}.key`, publicKey: `${name}.pub` };
  const there = Object.values(files).find(file => existsSync(file));
  if (there !== undefined) throw new Error(`--out: ${there} is there already, and no key is written over another file`);
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const cipher = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  try {
    writeFileSync(files.privateKey, privateKey.export({ type: 'pkcs8', format: 'pem', ...cipher }), {
      mode: 0o600,
      flag: 'wx',
    });
    writeFileSync(files.publicKey, publicKey.export({ type: 'spki', format: 'pem' }), { flag: 'wx' });
  } catch (error) {
    throw new Error(`--out: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  return { ...files, keyId: keyId(publicKey) };
}
