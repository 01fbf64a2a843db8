import type { Token } from '../keystone/token.ts';
import type { Release } from '../releases.ts';

/** Whether the bearer may do a thing to a server of the project; a swap names no project. */
export type Rule = (token: Token, projectId: string | null) => boolean;

/** The rules that decide over the attachments, by the name that a refusal tells. */
export interface Policy {
  readonly rules: Record<'index' | 'show' | 'create' | 'update' | 'swap' | 'delete', Rule>;
  /** Whose servers a bearer finds at all; others are 404. */
  finds: Rule;
  /** Who may ignore a lock. */
  ignoresLock: Rule;
}

/** The default policies of the release. */
export function createPolicy(release: Release): Policy {
  const admin: Rule = token => token.roles.includes('admin') && (!token.system || release.systemAdmin);
  const orAdmin =
    (role: string): Rule =>
    (token, projectId) =>
      admin(token, projectId) ||
      (inProject(token, projectId) && (release.legacyPolicies || token.roles.includes(role)));
  const reader = orAdmin('reader');
  const member = orAdmin('member');
  const swap: Rule = (token, projectId) =>
    admin(token, projectId) || (release.serviceMaySwap && token.roles.includes('service'));
  return {
    rules: { index: reader, show: reader, create: member, update: member, swap, delete: member },
    finds: (token, projectId) => token.roles.includes('admin') || inProject(token, projectId),
    ignoresLock: token => token.roles.includes('admin'),
  };
}

const inProject: Rule = (token, projectId) => token.project !== null && token.project.id === projectId;
