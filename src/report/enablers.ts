import type { SkipReason } from '../plan/case.ts';

/** What would let a skipped case run. */
export const enablers: Record<SkipReason, string> = {
  'microversion out of range': 'a target that offers these microversions',
  'state unreachable': 'a persona that may bring servers into these states, on a cloud that has them',
  'persona missing': 'credentials for the persona in the settings',
  'capability missing': 'a cloud, or an account, that offers it',
  deselected: 'a wider selection',
};
