import { type CatalogEndpoint, endpointsOf, findEndpoints } from './catalog.ts';
import type { Client } from './client.ts';
import type { Cloud } from './clouds-yaml/cloud.ts';
import { serviceSettings } from './clouds-yaml/service.ts';
import { tlsSettings } from './clouds-yaml/tls.ts';
import { credentialsOf } from './credentials.ts';
import { checkUrl, volumeEndpoint, withVersion } from './endpoint-url.ts';
import { TargetError } from './errors.ts';
import { type Mapping, stringAt } from './json.ts';
import { authenticate, type Grant } from './keystone.ts';
import type { ResolvedPersona, Service } from './resolved.ts';
import type { TargetSettings } from './settings.ts';

/** A cloud's user, authenticated, with the endpoints that its catalog or settings name. @throws TargetError */
export async function openPersona(
  client: Client,
  cloud: Cloud,
  settings: TargetSettings,
  env: NodeJS.ProcessEnv,
): Promise<ResolvedPersona> {
  const { credentials, secrets } = credentialsOf(cloud);
  for (const secret of secrets) client.redactor.add(secret);
  const tls = tlsSettings(settingsOver(cloud.settings, settings), env);
  const grant = credentials.kind === 'keystone' ? await authenticate(client, credentials, tls) : null;
  return {
    cloud: cloud.name,
    credentials,
    token: grant?.token ?? null,
    roles: grant?.roles ?? null,
    projectId: grant?.projectId ?? null,
    userId: grant?.userId ?? null,
    endpoints: endpointsFor(cloud, grant, settings),
    tls,
    secrets: grant === null ? secrets : [...secrets, grant.token],
  };
}

/** What the command line says about trust, laid over a cloud's settings. */
export function settingsOver(cloud: Mapping, { insecure, cacert, cert, key }: TargetSettings): Mapping {
  return {
    ...cloud,
    ...(cacert === undefined ? {} : { cacert, verify: true, insecure: false }),
    ...(insecure ? { insecure } : {}),
    ...(cert === undefined ? {} : { cert, key }),
  };
}

function endpointsFor(cloud: Cloud, grant: Grant | null, settings: TargetSettings): Record<Service, string | null> {
  const all = endpointsOf(grant?.catalog ?? []);
  const projectId = grant?.projectId ?? null;
  const find = (service: Service): string[] => {
    const wanted = serviceSettings(cloud, service);
    // `%(project_id)s` is how keystoneauth lets an override follow the user.
    const override = wanted.endpoint?.replace(/%\((?:project|tenant)_id\)s/g, projectId ?? '');
    const urls = override === undefined ? findEndpoints(all, wanted).map(({ url }) => url) : [override];
    return urls.map(url => checkUrl(url, `${service} endpoint of cloud ${cloud.name}`));
  };
  const compute = find('compute')[0] ?? stringAt(cloud.auth, 'endpoint');
  if (compute === undefined) throw noCompute(cloud, all, grant !== null);
  const volumes = settings.volumeUrl === undefined ? find('volume') : [checkUrl(settings.volumeUrl, '--volume-url')];
  const image = find('image')[0];
  const network = find('network')[0];
  return {
    compute: checkUrl(compute, `compute endpoint of cloud ${cloud.name}`),
    volume: volumes.map(url => volumeEndpoint(url, projectId)).find(url => url !== null) ?? null,
    image: image === undefined ? null : withVersion(image, 'v2'),
    network: network === undefined ? null : withVersion(network, 'v2.0'),
  };
}

function noCompute(cloud: Cloud, all: CatalogEndpoint[], authenticated: boolean): TargetError {
  if (!authenticated) {
    return new TargetError('config', `${cloud.where}: cloud ${cloud.name} has auth_type none and no auth.endpoint`);
  }
  const { types, interfaces, region } = serviceSettings(cloud, 'compute');
  const asked = `${types.join('/')}, interface ${interfaces.join('/')}${region === undefined ? '' : `, region ${region}`}`;
  const sameType = all.filter(({ type }) => types.includes(type));
  const has = sameType.map(endpoint => `${endpoint.interface} in ${endpoint.region ?? 'no region'}`);
  const services = [...new Set(all.map(({ type }) => type))].join(', ');
  return new TargetError(
    'config',
    `the catalog of cloud ${cloud.name} has no endpoint for ${asked}`,
    has.length > 0
      ? `it has ${[...new Set(has)].join(', ')}`
      : `it has ${services || 'no services (is a project named?)'}`,
  );
}
