import { asyncAttachFaults } from './faults/async-attach.ts';
import { asyncDetachFaults } from './faults/async-detach.ts';
import { asyncOtherFaults } from './faults/async-others.ts';
import { authorizationFaults } from './faults/authorization.ts';
import { bodyFaults } from './faults/bodies.ts';
import { effectFaults } from './faults/effects.ts';
import { envelopeFaults } from './faults/envelopes.ts';
import type { Fault } from './faults/fault.ts';
import { headerFaults } from './faults/headers.ts';
import { negotiationFaults } from './faults/negotiation.ts';
import { pagingFaults } from './faults/paging.ts';
import { precedenceFaults } from './faults/precedence.ts';
import { projectionFaults } from './faults/projections.ts';
import { proxyFaults } from './faults/proxies.ts';
import { queryFaults } from './faults/queries.ts';
import { raceFaults } from './faults/races.ts';
import { routingFaults } from './faults/routing.ts';
import { sequenceFaults } from './faults/sequences.ts';
import { stateColumnFaults } from './faults/state-columns.ts';
import { stateFaults } from './faults/states.ts';
import { statusFaults } from './faults/statuses.ts';
import { traceFaults } from './faults/traces.ts';
import { validationFaults } from './faults/validation.ts';

/** Every known fault. */
export const faults: readonly Fault[] = [
  ...negotiationFaults,
  ...routingFaults,
  ...headerFaults,
  ...authorizationFaults,
  ...validationFaults,
  ...queryFaults,
  ...statusFaults,
  ...precedenceFaults,
  ...stateFaults,
  ...stateColumnFaults,
  ...bodyFaults,
  ...projectionFaults,
  ...envelopeFaults,
  ...pagingFaults,
  ...effectFaults,
  ...traceFaults,
  ...asyncAttachFaults,
  ...asyncDetachFaults,
  ...asyncOtherFaults,
  ...raceFaults,
  ...sequenceFaults,
  ...proxyFaults,
];

/** The fault with this id; an Error lists the known ones. */
export function faultNamed(id: string): Fault {
  const found = faults.find(fault => fault.id === id);
  if (found !== undefined) return found;
  throw new Error(`unknown fault ${id}; known are ${faults.map(fault => fault.id).join(', ')}`);
}
