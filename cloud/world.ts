import type { Behaviour } from './behaviour/behaviour.ts';
import type { Cinder } from './cinder/cinder.ts';
import type { Clock } from './clock.ts';
import type { Settings } from './deployment.ts';
import type { Environment } from './environment.ts';
import type { Image } from './glance/glance.ts';
import type { Keystone } from './keystone/keystone.ts';
import type { Nova } from './nova/nova.ts';

/** One cloud: the memories of its services, its clock, how its Nova behaves, and what surrounds it. */
export interface World {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly clock: Clock;
  readonly behaviour: Behaviour;
  readonly deployment: Settings;
  readonly environment: Environment;
  readonly keystone: Keystone;
  readonly cinder: Cinder;
  readonly image: Image;
  readonly nova: Nova;
}
