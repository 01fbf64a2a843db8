import { legacyHeader, newHeader } from '../behaviour/negotiation.ts';
import type { Fault } from './fault.ts';
import { drop, restatus } from './patching.ts';

/** Mistakes in the negotiation of the microversion; a table. */
export const negotiationFaults: readonly Fault[] = [
  {
    id: 'version-new-header-ignored',
    sentence: 'Only X-OpenStack-Nova-API-Version is read; OpenStack-API-Version is ignored.',
    kind: 'negotiation',
    patch: b => {
      b.negotiation.requested = legacyHeader;
    },
  },
  {
    id: 'version-legacy-header-ignored',
    sentence: 'Only OpenStack-API-Version is read; X-OpenStack-Nova-API-Version is ignored.',
    kind: 'negotiation',
    patch: b => {
      b.negotiation.requested = newHeader;
    },
  },
  {
    id: 'version-legacy-header-wins',
    sentence: 'X-OpenStack-Nova-API-Version goes before OpenStack-API-Version where a request has both.',
    kind: 'negotiation',
    patch: b => {
      b.negotiation.requested = headers => legacyHeader(headers) ?? newHeader(headers);
    },
  },
  {
    id: 'version-default-latest',
    sentence: 'A request without a microversion gets the newest one instead of 2.1.',
    kind: 'negotiation',
    patch: b => {
      b.negotiation.standard = b.negotiation.max;
    },
  },
  {
    id: 'version-latest-unknown',
    sentence: 'The microversion "latest" is refused as malformed.',
    kind: 'negotiation',
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
    patch: b => {
      for (const steps of [
        b.sequences.list,
        b.sequences.show,
        b.sequences.create,
        b.sequences.update,
        b.sequences.delete,
      ]) {
        drop(steps, 'version-range');
      }
    },
  },
  {
    id: 'version-out-of-range-400',
    sentence: 'A microversion outside the range is refused with 400 instead of 406.',
    kind: 'status',
    patch: b => restatus(b, 'version-range', 400),
  },
  {
    id: 'version-malformed-406',
    sentence: 'A malformed microversion is refused with 406 instead of 400.',
    kind: 'status',
    patch: b => restatus(b, 'version-format', 406),
  },
  {
    id: 'version-zero-accepted',
    sentence: 'The range of microversions begins at 2.0.',
    kind: 'negotiation',
    patch: b => {
      b.negotiation.min = 0;
    },
  },
  {
    id: 'version-max-refused',
    sentence: 'The newest microversion of the version document is refused.',
    kind: 'negotiation',
    patch: b => {
      b.negotiation.max -= 1;
    },
  },
];
