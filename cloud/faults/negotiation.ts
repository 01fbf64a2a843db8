import { legacyHeader, newHeader } from '../behaviour/negotiation.ts';
import type { Fault } from './fault.ts';
import { drop, everySequence, restatus } from './patching.ts';

/** Mistakes in the negotiation of the microversion; a table. */
export const negotiationFaults: readonly Fault[] = [
  {
    id: 'version-new-header-ignored',
    sentence: 'Only X-OpenStack-Nova-API-Version is read; OpenStack-API-Version is ignored.',
    kind: 'negotiation',
    // No server can be built at a microversion that nobody reads, so rules about servers come to nothing.
    breaks: ['headers.microversion'],
    patch: b => {
      b.negotiation.requested = legacyHeader;
    },
  },
  {
    id: 'version-legacy-header-ignored',
    sentence: 'Only OpenStack-API-Version is read; X-OpenStack-Nova-API-Version is ignored.',
    kind: 'negotiation',
    breaks: ['version.legacy-header'],
    patch: b => {
      b.negotiation.requested = newHeader;
    },
  },
  {
    id: 'version-legacy-header-wins',
    sentence: 'X-OpenStack-Nova-API-Version goes before OpenStack-API-Version where a request has both.',
    kind: 'negotiation',
    breaks: ['version.both-headers'],
    patch: b => {
      b.negotiation.requested = headers => legacyHeader(headers) ?? newHeader(headers);
    },
  },
  {
    id: 'version-legacy-header-shadowed',
    sentence:
      'X-OpenStack-Nova-API-Version counts for nothing beside any OpenStack-API-Version, be it for other services.',
    kind: 'negotiation',
    breaks: ['version.legacy-fallback'],
    patch: b => {
      b.negotiation.requested = headers =>
        headers['openstack-api-version'] === undefined ? legacyHeader(headers) : newHeader(headers);
    },
  },
  {
    id: 'version-default-latest',
    sentence: 'A request without a microversion gets the newest one instead of 2.1.',
    kind: 'negotiation',
    breaks: ['version.absent'],
    patch: b => {
      b.negotiation.standard = b.negotiation.max;
    },
  },
  {
    id: 'version-latest-unknown',
    sentence: 'The microversion "latest" is refused as malformed.',
    kind: 'negotiation',
    breaks: ['version.latest'],
    patch: b => {
      const { requested } = b.negotiation;
      b.negotiation.requested = headers => {
        const text = requested(headers);
        return text === 'latest' ? 'LATEST' : text;
      };
    },
  },
  {
    id: 'version-first-entry-wins',
    sentence: 'The first of several compute entries in OpenStack-API-Version counts instead of the last.',
    kind: 'negotiation',
    breaks: ['version.list-of-services'],
    patch: b => {
      b.negotiation.requested = headers => {
        const [first = ''] = String(headers['openstack-api-version'] ?? '')
          .split(',')
          .filter(entry => /^\s*compute\s/i.test(entry));
        return newHeader({ 'openstack-api-version': first }) ?? legacyHeader(headers);
      };
    },
  },
  {
    id: 'version-service-name-case',
    sentence: 'The service name in OpenStack-API-Version counts in lower case only.',
    kind: 'negotiation',
    breaks: ['version.list-of-services'],
    patch: b => {
      const { requested } = b.negotiation;
      b.negotiation.requested = headers =>
        /COMPUTE/.test(String(headers['openstack-api-version'])) ? legacyHeader(headers) : requested(headers);
    },
  },
  {
    id: 'version-malformed-accepted',
    sentence: 'A malformed microversion is taken for none at all.',
    kind: 'negotiation',
    breaks: ['version.malformed'],
    patch: b => {
      const { requested, format } = b.negotiation;
      b.negotiation.requested = headers => {
        const text = requested(headers);
        return text === undefined || text === 'latest' || format.test(text) ? text : undefined;
      };
    },
  },
  {
    id: 'version-out-of-range-accepted',
    sentence: 'A microversion outside the range is served as if it were known.',
    kind: 'negotiation',
    breaks: ['version.unsupported'],
    patch: b => {
      for (const steps of everySequence(b)) drop(steps, 'version-range');
    },
  },
  {
    id: 'version-out-of-range-400',
    sentence: 'A microversion outside the range is refused with 400 instead of 406.',
    kind: 'status',
    breaks: ['version.unsupported'],
    patch: b => restatus(b, 'version-range', 400),
  },
  {
    id: 'version-malformed-406',
    sentence: 'A malformed microversion is refused with 406 instead of 400.',
    kind: 'status',
    breaks: ['version.malformed'],
    patch: b => restatus(b, 'version-format', 406),
  },
  {
    id: 'version-zero-accepted',
    sentence: 'The range of microversions begins at 2.0.',
    kind: 'negotiation',
    breaks: ['version.unsupported'],
    patch: b => {
      b.negotiation.min = 0;
    },
  },
  {
    id: 'version-max-refused',
    sentence: 'The newest microversion of the version document is refused.',
    kind: 'negotiation',
    breaks: ['headers.microversion'],
    patch: b => {
      b.negotiation.max -= 1;
    },
  },
];
