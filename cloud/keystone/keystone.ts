import { newHexId, newSecret } from '../ids.ts';
import type { Identities, Project, User } from './identities.ts';
import type { Token } from './token.ts';

/** A credential that stands for its user in one project. */
export interface ApplicationCredential {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly user: User;
  readonly project: Project;
  readonly roles: readonly string[];
  readonly secret: string;
  /** Whether it may make further ones; undefined where nobody said. */
  readonly unrestricted: boolean | undefined;
  readonly expiresAt: Date | null;
}

/** How the text of a token begins, as Fernet's does. */
export const tokenPrefix = 'gAAAAA';

/** What a new token is to say. */
export type Grant = Pick<Token, 'user' | 'project' | 'system' | 'roles' | 'methods'> & {
  readonly expiresAt?: Date;
  readonly credential?: ApplicationCredential;
};

/** The identity service's memory: people, tokens and application credentials. */
export class Keystone {
  readonly url: string;
  readonly identities: Identities;
  readonly credentials = new Map<string, ApplicationCredential>();
  readonly #tokens = new Map<string, Token>();
  readonly #tokenSeconds: number;

  constructor(url: string, identities: Identities, tokenSeconds: number) {
    this.url = url;
    this.identities = identities;
    this.#tokenSeconds = tokenSeconds;
  }

  /** How many tokens are known, good ones and some that have ended. */
  get tokenCount(): number {
    return this.#tokens.size;
  }

  /** Takes all application credentials away; tokens stay. */
  forgetCredentials(): void {
    this.credentials.clear();
  }

  /** Issues a token; it lives for the configured time, or until the moment that the grant names. */
  issue(grant: Grant): Token {
    const issuedAt = new Date();
    const token = {
      credential: null,
      ...grant,
      id: tokenPrefix + newSecret(48),
      auditId: newSecret(16),
      issuedAt,
      expiresAt: grant.expiresAt ?? new Date(issuedAt.getTime() + this.#tokenSeconds * 1000),
    };
    this.#forgetEnded(issuedAt);
    this.#tokens.set(token.id, token);
    return token;
  }

  /** The oldest ones end first, but for a few that were bought with another token: those go when it is their turn. */
  #forgetEnded(now: Date): void {
    for (const { id, expiresAt } of this.#tokens.values()) {
      if (expiresAt > now) return;
      this.#tokens.delete(id);
    }
  }

  /** The token with this id if it is still good, else undefined. */
  validate(id: string | undefined): Token | undefined {
    const token = id === undefined ? undefined : this.#tokens.get(id);
    if (token === undefined) return undefined;
    if (token.expiresAt.getTime() > Date.now()) return token;
    this.#tokens.delete(token.id);
    return undefined;
  }

  /** Revokes a token. */
  revoke(id: string): void {
    this.#tokens.delete(id);
  }

  /** Stores a new application credential. */
  addCredential(fields: Omit<ApplicationCredential, 'id'>): ApplicationCredential {
    const credential = { ...fields, id: newHexId() };
    this.credentials.set(credential.id, credential);
    return credential;
  }
}
