import { type KeyObject, sign } from 'node:crypto';
import { crypto, dsse } from '@sigstore/core';
import { hashOf, keyId } from './keys.ts';

/** The payload type of in-toto statements. */
export const statementType = 'application/vnd.in-toto+json';

/** A DSSE envelope (secure-systems-lab/dsse, protocol v1) with one signature. */
export interface Envelope {
  payloadType: string;
  /** Base64. */
  payload: string;
  /** `sig` in base64. */
  signatures: { keyid: string; sig: string }[];
}

/** Signs a payload and gives the envelope as it is written. */
export function sealed(payload: Buffer, key: KeyObject, payloadType = statementType): string {
  const sig = sign(hashOf(key), dsse.preAuthEncoding(payloadType, payload), key).toString('base64');
  return written({ payloadType, payload: payload.toString('base64'), signatures: [{ keyid: keyId(key), sig }] });
}

/**
 * The envelope in a text. Only the one way in which novaspec writes it is read, so that there is nothing in it that could be
 * changed without breaking it. @throws Error that says what is wrong
 */
export function envelopeIn(text: string): Envelope {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new Error('it is no JSON');
  }
  if (!isEnvelope(data)) throw new Error('it is no DSSE envelope with one signature');
  const { payloadType, payload, signatures } = data;
  const [{ keyid, sig } = { keyid: '', sig: '' }] = signatures;
  if ([payload, sig].some(each => Buffer.from(each, 'base64').toString('base64') !== each)) {
    throw new Error('its payload or signature is no base64');
  }
  const envelope = { payloadType, payload, signatures: [{ keyid, sig }] };
  if (written(envelope) !== text) throw new Error('it is not as novaspec writes it');
  return envelope;
}

/** Why an envelope is not one that the holder of a key signed; null where it is. */
export function signatureProblem({ payloadType, payload, signatures }: Envelope, key: KeyObject): string | null {
  const [{ keyid, sig } = { keyid: '', sig: '' }] = signatures;
  const own = keyId(key);
  const bytes = dsse.preAuthEncoding(payloadType, Buffer.from(payload, 'base64'));
  const holds = crypto.verify(bytes, key, Buffer.from(sig, 'base64'), hashOf(key));
  if (keyid === own) return holds ? null : 'the signature was damaged, or what was signed was changed after it';
  if (holds) return `it names the key ${keyid}, but was signed with ${own}`;
  return `it was signed with another key: ${keyid}; the given one is ${own}`;
}

function written(envelope: Envelope): string {
  return `${JSON.stringify(envelope, null, 2)}\n`;
}

function isEnvelope(data: unknown): data is Envelope {
  const { payloadType, payload, signatures } = (data ?? {}) as Partial<Record<keyof Envelope, unknown>>;
  if (typeof payloadType !== 'string' || typeof payload !== 'string') return false;
  if (!Array.isArray(signatures) || signatures.length !== 1) return false;
  const { keyid, sig } = (signatures[0] ?? {}) as { keyid?: unknown; sig?: unknown };
  return typeof keyid === 'string' && typeof sig === 'string';
}
