import { ApiError } from '../../http/api-error.ts';
import { type JsonObject, objectAt } from '../../json.ts';
import type { Call } from '../api/call.ts';
import type { BootDisk } from '../compute/boot.ts';

/** The architectures that an image may ask for (`nova/virt/arch.py@34`). */
const architectures = new Set(
  (
    'alpha armv6 armv7l armv7b aarch64 cris i686 ia64 lm32 m68k microblaze microblazeel mips mipsel mips64 mips64el ' +
    'openrisc parisc parisc64 ppc ppcle ppc64 ppc64le ppcemb s390 s390x sh4 sh4eb sparc sparc64 unicore32 x86_64 ' +
    'xtensa xtensaeb'
  ).split(' '),
);

/** What the hosts are; an image that asks for something else is not for them. */
const host = new Map([
  ['hw_architecture', 'x86_64'],
  ['img_hv_type', 'fake'],
]);

/**
 * Whether the scheduler will find a host: not where the image of the root volume wants another kind of host, nor where
 * the hint `same_host` names no server. ApiError 400 where the image asks for nothing that Nova knows.
 */
export function schedulable(call: Call, body: JsonObject, disks: readonly BootDisk[]): boolean {
  const root = disks.find(({ bootIndex }) => bootIndex === 0)?.given?.volume;
  const architecture = root?.imageMetadata.get('hw_architecture');
  if (architecture !== undefined && !architectures.has(architecture)) {
    throw new ApiError(400, `Invalid image metadata. Error: Architecture name '${architecture}' is not valid`);
  }
  const fits = [...host].every(([key, own]) => (root?.imageMetadata.get(key) ?? own) === own);
  const same = objectAt(body, 'os:scheduler_hints').same_host;
  const ids = Array.isArray(same) ? same : same === undefined ? [] : [same];
  return fits && (ids.length === 0 || ids.some(id => typeof id === 'string' && call.world.nova.servers.has(id)));
}
