import type { Volume } from '../../cinder/volume.ts';
import type { Server } from '../server.ts';

/** What becomes of a piece of work when the host gets to it. */
export type HostOutcome = 'works' | 'fails' | 'hangs';

/**
 * What a test of a client has ordered for an attach, with the volume's type (`novaspec-attach-fails`,
 * `novaspec-attach-hangs`) or the server's metadata (`novaspec_attach`); read when the host does its work.
 */
export function attachOutcome(server: Server, { type }: Volume): HostOutcome {
  const orders = [type.name, `novaspec-attach-${server.metadata.novaspec_attach ?? ''}`];
  if (orders.includes('novaspec-attach-hangs')) return 'hangs';
  return orders.includes('novaspec-attach-fails') ? 'fails' : 'works';
}

/** Whether a detach is to fail: type `novaspec-detach-fails`, or `novaspec_detach` in the server's metadata. */
export function detachFails(server: Server, { type }: Volume): boolean {
  return type.name === 'novaspec-detach-fails' || server.metadata.novaspec_detach === 'fails';
}

/** Whether a swap to this volume is to fail: type `novaspec-swap-fails`. */
export function swapFails({ type }: Volume): boolean {
  return type.name === 'novaspec-swap-fails';
}
