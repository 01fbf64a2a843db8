import { createBehaviour } from './behaviour/behaviour.ts';
import { Cinder } from './cinder/cinder.ts';
import { cinderService } from './cinder/routes.ts';
import type { VolumeType } from './cinder/volume.ts';
import { Clock } from './clock.ts';
import { Log } from './control/log.ts';
import type { Settings } from './deployment.ts';
import { createEnvironment, type Environment } from './environment.ts';
import type { Fault } from './faults/fault.ts';
import type { Image } from './glance/glance.ts';
import { glanceService } from './glance/routes.ts';
import type { Service } from './http/route.ts';
import type { Keystone } from './keystone/keystone.ts';
import { keystoneService } from './keystone/routes.ts';
import { Nova } from './nova/nova.ts';
import { novaService } from './nova/routes.ts';
import { type Delay, paceOf } from './pace.ts';
import type { Release } from './releases.ts';
import type { Trouble } from './troubles/trouble.ts';
import type { World } from './world.ts';

/** What outlives a reset: how the cloud was started, who may sign in, and what it offers. */
export interface Foundation {
  readonly url: string;
  readonly release: Release;
  readonly faults: readonly Fault[];
  readonly troubles: readonly Trouble[];
  readonly deployment: Settings;
  readonly delay: Delay;
  readonly logExchanges: number;
  readonly keystone: Keystone;
  readonly image: Image;
  readonly volumeTypes: readonly VolumeType[];
}

/** A cloud from one reset to the next one. */
export interface Generation {
  readonly world: World;
  readonly environment: Environment;
  readonly log: Log;
  readonly services: readonly Service[];
}

/** Bytes of bodies and paths that the log holds. */
const MOST_LOGGED_BYTES = 8 * 1024 * 1024;

/** A cloud in which nothing has happened yet. Its faults and troubles are new too: some of them count. */
export function createGeneration(foundation: Foundation): Generation {
  const { url, deployment, keystone, image } = foundation;
  const behaviour = createBehaviour(foundation.release);
  for (const fault of foundation.faults) fault.patch(behaviour);
  const environment = createEnvironment();
  for (const trouble of foundation.troubles) trouble.patch(environment);
  const clock = new Clock(paceOf(foundation.delay));
  const cinder = new Cinder(url, clock, environment, behaviour, foundation.volumeTypes);
  const nova = new Nova();
  const world: World = { url, clock, behaviour, deployment, environment, keystone, cinder, image, nova };
  const inUse = (attachmentId: string): boolean => {
    const serverId = cinder.attachments.get(attachmentId)?.serverId;
    return serverId !== undefined && nova.uses(serverId, attachmentId);
  };
  return {
    world,
    environment,
    log: new Log(foundation.logExchanges, MOST_LOGGED_BYTES),
    services: [
      keystoneService(keystone),
      cinderService(cinder, { keystone, quota: deployment.quota, image, inUse }),
      glanceService(image, keystone),
      novaService(world),
    ],
  };
}
