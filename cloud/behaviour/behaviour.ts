import type { Release } from '../releases.ts';
import { type Authentication, createAuthentication } from './authentication.ts';
import { type Conditions, createConditions } from './conditions.ts';
import { createEffects, type Effects } from './effects.ts';
import { createHeaderRules, type HeaderRules } from './header-rules.ts';
import { createNegotiation, type Negotiation } from './negotiation.ts';
import { createPaging, type Paging } from './paging.ts';
import { createPolicy, type Policy } from './policy.ts';
import { createProxy, type Intermediary } from './proxy.ts';
import { createRouting, type Routing } from './routing.ts';
import { createSchemas, type Schemas } from './schemas.ts';
import { createSequences, type Sequences } from './sequences.ts';
import { createStateRules, type StateRules } from './state-rules.ts';
import { createViews, type Views } from './views.ts';
import { createVolumeViews, type VolumeViews } from './volume-views.ts';

/**
 * Everything about Nova's volume attachments, and what Cinder shows of them, that a fault may change, by concern. The
 * handlers consult it at each request and hold no such knowledge themselves.
 */
export interface Behaviour {
  readonly release: Release;
  /** What stands between Nova and its clients. */
  proxy: Intermediary;
  readonly authentication: Authentication;
  readonly routing: Routing;
  readonly negotiation: Negotiation;
  readonly headers: HeaderRules;
  readonly schemas: Schemas;
  readonly policy: Policy;
  readonly states: StateRules;
  readonly conditions: Conditions;
  readonly views: Views;
  readonly volumes: VolumeViews;
  readonly paging: Paging;
  readonly sequences: Sequences;
  readonly effects: Effects;
}

/** The behaviour of a faultless Nova of this release; each call makes a new one, free to be patched. */
export function createBehaviour(release: Release): Behaviour {
  return {
    release,
    proxy: createProxy(),
    authentication: createAuthentication(),
    routing: createRouting(),
    negotiation: createNegotiation(release),
    headers: createHeaderRules(),
    schemas: createSchemas(),
    policy: createPolicy(release),
    states: createStateRules(),
    conditions: createConditions(release),
    views: createViews(release),
    volumes: createVolumeViews(),
    paging: createPaging(),
    sequences: createSequences(),
    effects: createEffects(),
  };
}
