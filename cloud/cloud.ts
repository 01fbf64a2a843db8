import { hostname } from 'node:os';
import { createVolumeTypes } from './cinder/types.ts';
import { cloudsYaml } from './clouds-yaml.ts';
import { CONTROL_PREFIX, controlService } from './control/routes.ts';
import { type Deployment, listOrders as knownOrders, settingsOf } from './deployment.ts';
import type { ExchangeLog } from './exchange-log.ts';
import type { Fault } from './faults/fault.ts';
import { createGeneration, type Foundation, type Generation } from './generation.ts';
import { createImage } from './glance/glance.ts';
import { listen } from './http/listen.ts';
import { createSite, type Site } from './http/site.ts';
import { createIdentities } from './keystone/identities.ts';
import { Keystone } from './keystone/keystone.ts';
import { type Delay, delays as paces } from './pace.ts';
import { releases as profiles, type ReleaseName, releaseNamed } from './releases.ts';
import { createServe } from './serve.ts';
import { troubles as knownTroubles, troubleNamed } from './troubles.ts';

/** A trouble that a cloud can be started with. */
export interface KnownTrouble {
  readonly id: string;
  readonly sentence: string;
}

/** The troubles that a cloud can be started with: id, and what its surroundings do to a client. */
export const troubles: readonly KnownTrouble[] = knownTroubles;

/** The names of the releases that a cloud can play, oldest first. */
export const releases: readonly ReleaseName[] = profiles.map(({ name }) => name);

/** The names of the profiles of delays. */
export const delays: readonly Exclude<Delay, number>[] = paces;

/** The orders that a list of attachments can have. */
export const listOrders: typeof knownOrders = knownOrders;

/** How a cloud is started. */
export interface CloudOptions {
  /** TCP port; 0, the default, takes any free one. */
  readonly port?: number;
  /**
   * The address of this machine to listen on, 127.0.0.1 by default. Whoever reaches it can use the cloud: its passwords,
   * its log and its reset are no secret.
   */
  readonly listen?: string;
  /**
   * What its catalog and links call it, an http or https URL, where clients do not reach it as `http://ADDRESS:PORT`; of a
   * cloud that listens on every address `http://HOSTNAME:PORT` by default.
   */
  readonly publicUrl?: string;
  /** The release that its Nova plays; the newest by default. */
  readonly release?: ReleaseName;
  /** Ids of the mistakes that its Nova makes; none by default. */
  readonly faults?: readonly string[];
  /** Ids of the troubles that it makes its clients, which are no mistakes of the attachments API; none by default. */
  readonly troubles?: readonly string[];
  /** How its operator has set it up. */
  readonly deployment?: Deployment;
  /** How slow it is; `quick`, 2 ms a step, by default. */
  readonly delay?: Delay;
  /** Life of a token in seconds; an hour by default. */
  readonly tokenSeconds?: number;
  /** How many exchanges its log holds; 1000 by default, and never more than 8 MiB of bodies. */
  readonly logExchanges?: number;
}

/** A running cloud; `await using` stops it. */
export interface Cloud {
  /** `http://127.0.0.1:PORT`, the root of all its services. */
  readonly url: string;
  /** A clouds.yaml with one entry for each of its users. */
  cloudsYaml(): string;
  /** The last exchanges, oldest first. */
  log(): ExchangeLog;
  /**
   * Takes everything away that was made since the start, the log included; what was to happen does not. Users and their
   * tokens stay, and so do the ids of projects, flavors, volume types and the image.
   */
  reset(): void;
  /** Ends it; open connections are closed and what was to happen does not. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a cloud in this process; an unknown release, fault or trouble is an Error that lists the known ones. */
export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  // All that can be wrong with the options, before a port is taken.
  const release = releaseNamed(options.release);
  const chosenFaults = await faultsNamed(options.faults ?? []);
  const chosenTroubles = (options.troubles ?? []).map(troubleNamed);
  if (options.publicUrl !== undefined) checkUrl(options.publicUrl);
  const { listen: address = '127.0.0.1', port = 0 } = options;
  // Nobody is served before the services are made, which need to know their port.
  const listener = await listen(
    { address, port },
    createServe(() => present, CONTROL_PREFIX),
  );
  const url = options.publicUrl?.replace(/\/+$/, '') ?? urlOf(address, listener.url, listener.port);
  const identities = createIdentities();
  const foundation: Foundation = {
    url,
    release,
    faults: chosenFaults,
    troubles: chosenTroubles,
    deployment: settingsOf(options.deployment ?? {}),
    delay: options.delay ?? 'quick',
    logExchanges: options.logExchanges ?? 1000,
    keystone: new Keystone(url, identities, options.tokenSeconds ?? 3600),
    image: createImage(),
    volumeTypes: createVolumeTypes(),
  };
  let present = begin();
  function begin(): Generation & { readonly site: Site } {
    const generation = createGeneration(foundation);
    const { nova, cinder, keystone } = generation.world;
    const controls = controlService({
      url,
      release: release.name,
      held: () => ({
        servers: nova.servers.size,
        volumes: cinder.volumes.size,
        attachments: cinder.attachments.size,
        tokens: keystone.tokenCount,
      }),
      log: () => generation.log.read(),
      reset,
    });
    const site = createSite([...generation.services, controls]);
    return { ...generation, site };
  }
  function reset(): void {
    const { world } = present;
    foundation.keystone.forgetCredentials();
    present = begin();
    world.clock.end();
  }
  const stop = (): Promise<void> => {
    present.world.clock.end();
    return listener.stop();
  };
  return {
    url,
    cloudsYaml: () => cloudsYaml(url, identities),
    log: () => present.log.read(),
    reset,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** The catalogue of faults takes longer to load than all else, and most clouds make none. */
async function faultsNamed(ids: readonly string[]): Promise<Fault[]> {
  if (ids.length === 0) return [];
  const { faultNamed } = await import('./faults.ts');
  return ids.map(faultNamed);
}

/** A client cannot connect to every address at once: it needs a name. */
function urlOf(address: string, bound: string, port: number): string {
  return address === '0.0.0.0' || address === '::' ? `http://${hostname()}:${port}` : bound;
}

function checkUrl(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!/^https?:$/.test(parsed?.protocol ?? '') || parsed?.search !== '' || parsed.hash !== '') {
    throw new Error(`publicUrl: expected an http or https URL without a query, not ${url}`);
  }
}
