import { randomBytes, randomUUID } from 'node:crypto';

/** A fresh UUID with dashes, as Nova, Cinder and Glance name their resources. */
export function newUuid(): string {
  return randomUUID();
}

/** A fresh UUID without dashes, as Keystone names its resources. */
export function newHexId(): string {
  return randomUUID().replaceAll('-', '');
}

/** A fresh request id, `req-` and a UUID. */
export function newRequestId(): string {
  return `req-${randomUUID()}`;
}

/** A fresh URL-safe secret of `bytes` random bytes. */
export function newSecret(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}
