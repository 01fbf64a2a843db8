import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** RSA keys shorter than this are refused, in bits. */
const leastRsaBits = 2048;

/**
 * A private key for signatures from a PEM file: Ed25519, ECDSA P-256 or RSA of 2048 bits and more.
 * @throws Error with one line: not readable, no private key, encrypted (and no or a wrong passphrase), of another kind
 */
export function privateKeyIn(file: string, passphrase: string | undefined): KeyObject {
  const pem = read('--key', file);
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) throw new Error(`--key: ${file} holds no private key in PEM`);
  const encrypted = /BEGIN ENCRYPTED PRIVATE KEY|^Proc-Type:.*ENCRYPTED/m.test(pem);
  if (encrypted && passphrase === undefined) {
    throw new Error(`--key: ${file} is encrypted: --passphrase-file FILE or NOVASPEC_PASSPHRASE opens it`);
  }
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, format: 'pem', ...(encrypted ? { passphrase } : {}) });
  } catch {
    throw new Error(
      encrypted
        ? `--key: ${file} cannot be opened by this passphrase`
        : `--key: ${file} holds no private key that can be read`,
    );
  }
  return known('--key', file, key);
}

/** A public key from a PEM file, of the kinds above. @throws Error with one line */
export function publicKeyIn(file: string): KeyObject {
  const pem = read('--pub', file);
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem))
    throw new Error(`--pub: ${file} is a private key; the public one is wanted`);
  if (!/-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(pem)) throw new Error(`--pub: ${file} holds no public key in PEM`);
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    throw new Error(`--pub: ${file} holds no public key that can be read`);
  }
  return known('--pub', file, key);
}

/** How a key is named, whoever holds which half: SHA-256 over the public one's SPKI in DER, in hex, as sigstore does. */
export function keyId(key: KeyObject): string {
  const spki = (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('hex');
}

/** The hash that goes with signatures of a key; undefined where the algorithm brings its own. */
export function hashOf(key: KeyObject): string | undefined {
  return key.asymmetricKeyType === 'ed25519' ? undefined : 'sha256';
}

function read(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${option}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function known(option: string, file: string, key: KeyObject): KeyObject {
  const { asymmetricKeyType: kind = 'unknown', asymmetricKeyDetails: details = {} } = key;
  if (kind === 'ed25519' || (kind === 'ec' && details.namedCurve === 'prime256v1')) return key;
  const bits = details.modulusLength ?? 0;
  if (kind === 'rsa' && bits >= leastRsaBits) return key;
  const what = kind === 'rsa' ? `RSA of ${bits} bits` : [kind, details.namedCurve].filter(Boolean).join(' ');
  throw new Error(
    `${option}: ${file} is a key of ${what}; Ed25519, ECDSA P-256 and RSA of ${leastRsaBits} bits or more are known`,
  );
}
