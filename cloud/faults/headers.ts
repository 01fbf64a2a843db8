import type { Fault } from './fault.ts';

/** Mistakes in the headers of the answers; a table. */
export const headerFaults: readonly Fault[] = [
  {
    id: 'header-version-missing',
    sentence: 'Answers lack OpenStack-API-Version.',
    kind: 'header',
    breaks: ['headers.microversion', 'version.range'],
    patch: b => {
      b.headers.version = b.headers.version.filter(([name]) => name !== 'OpenStack-API-Version');
    },
  },
  {
    id: 'header-legacy-version-missing',
    sentence: 'Answers lack X-OpenStack-Nova-API-Version.',
    kind: 'header',
    breaks: ['headers.microversion', 'version.range'],
    patch: b => {
      b.headers.version = b.headers.version.filter(([name]) => name === 'OpenStack-API-Version');
    },
  },
  {
    id: 'header-version-without-service',
    sentence: 'OpenStack-API-Version names the number without the service.',
    kind: 'header',
    breaks: ['headers.microversion', 'version.range'],
    patch: b => {
      b.headers.version = b.headers.version.map(([name]) => [name, '']);
    },
  },
  {
    id: 'header-vary-missing',
    sentence: 'Answers have no Vary.',
    kind: 'header',
    breaks: ['headers.vary', 'headers.vary.success'],
    patch: b => {
      b.headers.vary = [];
    },
  },
  {
    id: 'header-vary-one-name',
    sentence: 'Vary names only OpenStack-API-Version.',
    kind: 'header',
    breaks: ['headers.vary', 'headers.vary.success'],
    patch: b => {
      b.headers.vary = ['OpenStack-API-Version'];
    },
  },
  {
    id: 'header-request-id-missing',
    sentence: 'Answers lack x-openstack-request-id.',
    kind: 'header',
    breaks: ['headers.request-id', 'headers.request-id.success'],
    patch: b => {
      b.headers.requestId = ['x-compute-request-id'];
    },
  },
  {
    id: 'header-compute-request-id-missing',
    sentence: 'Answers lack x-compute-request-id.',
    kind: 'header',
    breaks: ['headers.request-id', 'headers.request-id.success'],
    patch: b => {
      b.headers.requestId = ['x-openstack-request-id'];
    },
  },
  {
    id: 'header-json-as-text',
    sentence: 'JSON bodies are sent as text/plain.',
    kind: 'header',
    breaks: ['headers.content-type.success'],
    patch: b => {
      b.headers.json = 'text/plain';
    },
  },
  {
    id: 'header-error-as-html',
    sentence: 'Refusals are sent as text/html although their body is JSON.',
    kind: 'header',
    breaks: ['headers.content-type.error'],
    patch: b => {
      b.headers.error = 'text/html; charset=UTF-8';
    },
  },
  {
    id: 'header-vendor-type-ignored',
    sentence: 'An Accept for application/vnd.openstack.compute+json is ignored.',
    kind: 'header',
    breaks: ['request.accept.vendor'],
    patch: b => {
      b.headers.vendorType = false;
    },
  },
];
