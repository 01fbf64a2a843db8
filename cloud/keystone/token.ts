import type { Project, User } from './identities.ts';
import type { ApplicationCredential } from './keystone.ts';

/** What a valid token says about its bearer. */
export interface Token {
  readonly id: string;
  readonly auditId: string;
  readonly user: User;
  /** Null for unscoped and system-scoped tokens. */
  readonly project: Project | null;
  readonly system: boolean;
  readonly roles: readonly string[];
  readonly methods: readonly string[];
  /** What it was bought with, where that is an application credential. */
  readonly credential: ApplicationCredential | null;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}
