import { ApiError } from '../http/api-error.ts';
import type { Token } from '../keystone/token.ts';
import type { Cinder } from './cinder.ts';

/** Lets members and admins through, and readers where the old policies still count; ApiError 403 with Cinder's text. */
export function needMember({ release }: Cinder, { roles }: Token, rule: string): void {
  if (release.legacyPolicies || roles.includes('member') || roles.includes('admin')) return;
  refuse(rule);
}

/** Lets admins through. */
export function needAdmin({ roles }: Token, rule: string): void {
  if (!roles.includes('admin')) refuse(rule);
}

function refuse(rule: string): never {
  throw new ApiError(403, `Policy doesn't allow ${rule} to be performed.`);
}
