import { Client } from './client.ts';
import { loadClouds } from './clouds-yaml/cloud.ts';
import { tlsSettings } from './clouds-yaml/tls.ts';
import { discoverCompute } from './discovery.ts';
import { checkUrl, splitCompute } from './endpoint-url.ts';
import { TargetError } from './errors.ts';
import { openPersona, settingsOver } from './persona.ts';
import { proxiesOf } from './proxies.ts';
import { Redactor } from './redact.ts';
import type { HttpSettings, ResolvedPersona, ResolvedTarget } from './resolved.ts';
import { noneSent } from './sent.ts';
import type { TargetSettings } from './settings.ts';

/**
 * Finds the target, authenticates every persona and asks for the microversions.
 * @throws TargetError `config` for wrong settings and files, `unreachable`, `auth` and `protocol` for the rest
 */
export async function connect(settings: TargetSettings, env: NodeJS.ProcessEnv, cwd: string): Promise<ResolvedTarget> {
  const { timeoutMs, maxBodyBytes, concurrency, rate = Number.POSITIVE_INFINITY, redact = [] } = settings;
  const http = { timeoutMs, maxBodyBytes, concurrency, rate, sent: noneSent(), proxies: proxiesOf(env), redact };
  const client = new Client(http, new Redactor([], redact));
  try {
    const personas =
      settings.targetUrl === undefined
        ? await cloudPersonas(client, settings, env, cwd)
        : { member: barePersona(settings, settings.targetUrl, env) };
    return await discover(client, personas, http);
  } finally {
    await client.close();
  }
}

async function cloudPersonas(
  client: Client,
  settings: TargetSettings,
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<Record<string, ResolvedPersona>> {
  if (settings.token !== undefined)
    throw new TargetError('config', '--token goes with --target', 'clouds have their own');
  const clouds = loadClouds(env, cwd);
  const chosen = Object.entries({ member: settings.osCloud, ...settings.personas });
  const found = chosen.map(([persona, name]) => ({ persona, cloud: clouds.get(name) }));
  const opened = await Promise.all(
    found.map(async ({ persona, cloud }) => [persona, await openPersona(client, cloud, settings, env)] as const),
  );
  return Object.fromEntries(opened);
}

/** The only persona of a target without Keystone: whoever the given token belongs to. */
function barePersona(settings: TargetSettings, targetUrl: string, env: NodeJS.ProcessEnv): ResolvedPersona {
  const [persona] = Object.keys(settings.personas);
  if (persona !== undefined) {
    throw new TargetError('config', `--persona ${persona} goes with a cloud, not with --target`, 'say --os-cloud');
  }
  const token = settings.token ?? null;
  const volume = settings.volumeUrl === undefined ? null : checkUrl(settings.volumeUrl, '--volume-url');
  return {
    cloud: targetUrl,
    credentials: { kind: 'fixed' },
    token,
    roles: null,
    projectId: null,
    userId: null,
    endpoints: { compute: checkUrl(targetUrl, '--target'), volume, image: null, network: null },
    tls: tlsSettings(settingsOver({}, settings), env),
    secrets: token === null ? [] : [token],
  };
}

async function discover(
  client: Client,
  personas: Record<string, ResolvedPersona>,
  http: HttpSettings,
): Promise<ResolvedTarget> {
  const { member } = personas;
  const endpoint = member?.endpoints.compute;
  if (!member || !endpoint) throw new TargetError('protocol', 'the target has no compute endpoint');
  for (const secret of member.secrets) client.redactor.add(secret);
  const { root } = splitCompute(endpoint);
  const { url, min, max, notes } = await discoverCompute(client, root, member.token, member.tls);
  for (const [name, persona] of Object.entries(personas)) {
    const own = splitCompute(persona.endpoints.compute ?? '');
    if (own.root !== root) {
      const text = `persona ${name} (cloud ${persona.cloud}) has the compute endpoint ${own.root}, but member has ${root}`;
      throw new TargetError('config', text, 'all personas must be users of the same cloud');
    }
    persona.endpoints.compute = `${url}${own.project}`;
  }
  const { compute, volume, image, network } = member.endpoints;
  return {
    name: member.cloud,
    personas,
    compute: { url: compute ?? url, min, max },
    volume: atUrl(volume),
    image: atUrl(image),
    network: atUrl(network),
    http,
    notes,
  };
}

function atUrl(url: string | null): { url: string } | null {
  return url === null ? null : { url };
}
