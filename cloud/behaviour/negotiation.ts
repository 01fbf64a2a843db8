import type { IncomingHttpHeaders } from 'node:http';
import type { Release } from '../releases.ts';

/** How a request says which microversion it wants; numbers are the minor ones. */
export interface Negotiation {
  min: number;
  max: number;
  /** What the version document gives as the newest one. */
  advertised: number;
  /** Used where the request names none. */
  standard: number;
  /** The text of the version that the request asks for, `latest` included; undefined where it names none. */
  requested: (headers: IncomingHttpHeaders) => string | undefined;
  /** What the text must look like. */
  format: RegExp;
}

/** Both headers of Nova, the newer one first. */
export function createNegotiation(release: Release): Negotiation {
  return {
    min: 1,
    max: release.maxMinor,
    advertised: release.maxMinor,
    standard: 1,
    requested: headers => newHeader(headers) ?? legacyHeader(headers),
    format: /^([1-9]\d*)\.([1-9]\d*|0)$/,
  };
}

/** The last `compute` entry of `OpenStack-API-Version`. */
export function newHeader(headers: IncomingHttpHeaders): string | undefined {
  const entries = String(headers['openstack-api-version'] ?? '').split(',');
  return entries
    .map(entry => /^(\S+)\s+(.*)$/.exec(entry.trim()))
    .findLast(match => match?.[1]?.toLowerCase() === 'compute')?.[2];
}

/** The value of `X-OpenStack-Nova-API-Version`; an empty one names no version. */
export function legacyHeader(headers: IncomingHttpHeaders): string | undefined {
  const value = headers['x-openstack-nova-api-version'];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
