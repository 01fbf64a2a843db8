import type { Keystone } from '../keystone/keystone.ts';
import type { Token } from '../keystone/token.ts';

/** What stands in front of Nova and asks for a token. */
export interface Authentication {
  /** The bearer of a request with this token; undefined for one that is not let in. */
  identify: (keystone: Keystone, token: string | undefined) => Token | undefined;
  /** Status of the refusal. */
  status: number;
  /** Whether the refusal says where to get a token. */
  challenges: boolean;
}

/** Keystone's middleware. */
export function createAuthentication(): Authentication {
  return { identify: (keystone, token) => keystone.validate(token), status: 401, challenges: true };
}
