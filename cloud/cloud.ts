import { createBehaviour } from './behaviour/behaviour.ts';
import { Cinder } from './cinder/cinder.ts';
import { cinderService } from './cinder/routes.ts';
import { Clock } from './clock.ts';
import { cloudsYaml } from './clouds-yaml.ts';
import { type Deployment, listOrders as knownOrders, settingsOf } from './deployment.ts';
import { createEnvironment, type Interruption } from './environment.ts';
import type { Fault } from './faults/fault.ts';
import { faults as catalogue, faultNamed } from './faults.ts';
import { createImage } from './glance/glance.ts';
import { glanceService } from './glance/routes.ts';
import { listen } from './http/listen.ts';
import type { Service } from './http/route.ts';
import { createIdentities } from './keystone/identities.ts';
import { Keystone } from './keystone/keystone.ts';
import { keystoneService } from './keystone/routes.ts';
import { Nova } from './nova/nova.ts';
import { novaService } from './nova/routes.ts';
import { type Delay, paceOf, delays as paces } from './pace.ts';
import { releases as profiles, type ReleaseName, releaseNamed } from './releases.ts';
import type { Trouble } from './troubles/trouble.ts';
import { troubles as knownTroubles, troubleNamed } from './troubles.ts';
import type { World } from './world.ts';

/** The mistakes that a cloud can be started with: id, what it does wrong, where that lies, and the rules it breaks. */
export const faults: readonly Pick<Fault, 'id' | 'sentence' | 'kind' | 'breaks'>[] = catalogue;

/** The troubles that a cloud can be started with: id, and what its surroundings do to a client. */
export const troubles: readonly Pick<Trouble, 'id' | 'sentence'>[] = knownTroubles;

/** The names of the releases that a cloud can play, oldest first. */
export const releases: readonly ReleaseName[] = profiles.map(({ name }) => name);

/** The names of the profiles of delays. */
export const delays: readonly Exclude<Delay, number>[] = paces;

/** The orders that a list of attachments can have. */
export const listOrders: typeof knownOrders = knownOrders;

/** How a cloud is started. */
export interface CloudOptions {
  /** TCP port on the loopback address; 0, the default, takes any free one. */
  readonly port?: number;
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
}

/** A running cloud. */
export interface Cloud {
  /** `http://127.0.0.1:PORT`, the root of all its services. */
  readonly url: string;
  /** A clouds.yaml with one entry for each of its users. */
  cloudsYaml(): string;
  /** Ends it; open connections are closed and what was to happen does not. */
  stop(): Promise<void>;
}

/** Starts a cloud in this process; an unknown release, fault or trouble is an Error that lists the known ones. */
export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  const behaviour = createBehaviour(releaseNamed(options.release));
  for (const id of options.faults ?? []) faultNamed(id).patch(behaviour);
  const environment = createEnvironment();
  for (const id of options.troubles ?? []) troubleNamed(id).patch(environment);
  const deployment = settingsOf(options.deployment ?? {});
  const clock = new Clock(paceOf(options.delay ?? 'quick'));
  const identities = createIdentities();
  const services = (url: string): Service[] => {
    const keystone = new Keystone(url, identities, options.tokenSeconds ?? 3600);
    const cinder = new Cinder(url, clock, environment, behaviour.volumes);
    const image = createImage();
    const nova = new Nova();
    const world: World = { url, clock, behaviour, deployment, environment, keystone, cinder, image, nova };
    const inUse = (attachmentId: string): boolean => nova.uses(attachmentId);
    return [
      keystoneService(keystone),
      cinderService(cinder, { keystone, quota: deployment.quota, inUse }),
      glanceService(image, keystone),
      novaService(world),
    ];
  };
  const interrupt: Interruption = exchange => {
    for (const interruption of environment.interruptions) {
      const answer = interruption(exchange);
      if (answer !== undefined) return answer;
    }
    return undefined;
  };
  const listener = await listen(options.port ?? 0, services, interrupt);
  const url = `http://127.0.0.1:${listener.port}`;
  return {
    url,
    cloudsYaml: () => cloudsYaml(url, identities),
    stop: () => {
      clock.stop();
      return listener.stop();
    },
  };
}
