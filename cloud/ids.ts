import { randomBytes, randomUUID } from 'node:crypto';

const scratch = Buffer.alloc(36);

/** Node pieces its UUIDs together, and the pieces would stay as long as the whole; written out once it is one string. */
function uuid(): string {
  scratch.write(randomUUID(), 'latin1');
  return scratch.toString('latin1');
}

/** A fresh UUID with dashes, as Nova, Cinder and Glance name their resources. */
export function newUuid(): string {
  return uuid();
}

/** A fresh UUID without dashes, as Keystone names its resources. */
export function newHexId(): string {
  return randomUUID().replaceAll('-', '');
}

/** A fresh request id, `req-` and a UUID. */
export function newRequestId(): string {
  return `req-${uuid()}`;
}

/** A fresh URL-safe secret of `bytes` random bytes. */
export function newSecret(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}
