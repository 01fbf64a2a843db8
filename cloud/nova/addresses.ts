import { randomBytes } from 'node:crypto';

/** The place of a server on the one network of the cloud. */
export interface Address {
  readonly network: string;
  readonly address: string;
  readonly mac: string;
}

/** Addresses of a network, 10.99.0.0/16, to be given away. */
const [FIRST, LAST] = [2, 65_534];

/** Gives servers their addresses; Nova has somebody else do that, who is no part of this cloud. */
export class Addresses {
  #next = FIRST;

  /** An address that no server has had for long. */
  give(): Address {
    const number = this.#next;
    this.#next = number === LAST ? FIRST : number + 1;
    const mac = [...randomBytes(3)].map(byte => byte.toString(16).padStart(2, '0')).join(':');
    return {
      network: 'shared',
      address: `10.99.${Math.floor(number / 256)}.${number % 256}`,
      mac: `fa:16:3e:${mac}`,
    };
  }
}
