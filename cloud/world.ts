import type { Behaviour } from './behaviour/behaviour.ts';
import type { Cinder } from './cinder/cinder.ts';
import type { Clock } from './clock.ts';
import type { Image } from './glance/glance.ts';
import type { Keystone } from './keystone/keystone.ts';
import type { Nova } from './nova/nova.ts';

/** One cloud: the memories of its services, its clock, and how its Nova behaves. */
export interface World {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly clock: Clock;
  readonly behaviour: Behaviour;
  readonly keystone: Keystone;
  readonly cinder: Cinder;
  readonly image: Image;
  readonly nova: Nova;
}
