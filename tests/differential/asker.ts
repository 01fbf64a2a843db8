import { Client, type WireAnswer } from '../../src/target/client.ts';
import { Redactor } from '../../src/target/redact.ts';
import type { ResolvedTarget } from '../../src/target/resolved.ts';

/** Sends the requests of scenes: any service, any persona, tokens and passwords included. */
export interface Asker {
  /** `line`: `METHOD SERVICE PATH`. */
  send(
    persona: string,
    line: string,
    microversion: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<WireAnswer>;
  /** Addresses by service: those of the catalog, the identity service, and the root of the compute service. */
  readonly services: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** The microversion of the volume service that clients ask for when they know the newest feature that they need. */
const volumeMicroversion = '3.60';

/** A sender for a target; `nobody` is the persona without a token. */
export function askerFor(target: ResolvedTarget): Asker {
  const client = new Client({ ...target.http, concurrency: 4 }, new Redactor());
  const { member } = target.personas;
  if (!member) throw new Error('the target has no member');
  return {
    services: servicesOf(target, 'member'),
    send(persona, line, microversion, headers, body) {
      const [method = '', service = '', path = ''] = line.split(' ');
      const { token = null, tls = member.tls } = target.personas[persona] ?? {};
      const base = servicesOf(target, persona === 'nobody' ? 'member' : persona)[service];
      if (base === undefined) throw new Error(`${line}: no service ${service}`);
      return client.send(
        {
          method,
          url: base + path,
          headers: {
            Accept: 'application/json',
            ...(token === null ? {} : { 'X-Auth-Token': token }),
            ...(service === 'compute' ? { 'OpenStack-API-Version': `compute ${microversion}` } : {}),
            ...(service === 'volume' ? { 'OpenStack-API-Version': `volume ${volumeMicroversion}` } : {}),
            ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: Buffer.from(body) }),
        },
        tls,
      );
    },
    close: () => client.close(),
  };
}

function servicesOf(target: ResolvedTarget, name: string): Record<string, string> {
  const persona = target.personas[name];
  if (!persona) throw new Error(`no persona ${name}`);
  const { compute, volume, image } = persona.endpoints;
  const identity = persona.credentials.kind === 'keystone' ? (persona.credentials.urls[0] ?? '') : '';
  return {
    compute: compute ?? '',
    'compute-root': (compute ?? '').replace(/\/v2\.1$/, ''),
    volume: volume ?? '',
    'volume-root': (volume ?? '').replace(/\/v3\/.*$/, ''),
    image: image ?? '',
    identity: identity.replace(/\/auth\/tokens$/, ''),
  };
}
