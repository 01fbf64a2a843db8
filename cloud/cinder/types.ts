import { newUuid } from '../ids.ts';
import type { VolumeType } from './volume.ts';

/** Volume types for tests of clients: on the host something happens to their volumes. */
const trials = [
  ['novaspec-attach-fails', 'Attaching such a volume is accepted and fails on the host.'],
  ['novaspec-attach-hangs', 'Attaching such a volume is accepted and never ends.'],
  ['novaspec-detach-fails', 'Detaching such a volume is accepted and fails on the host.'],
  ['novaspec-swap-fails', 'A swap to such a volume is accepted and fails on the host.'],
] as const;

/** The volume types of a cloud, the default one first. */
export function createVolumeTypes(): VolumeType[] {
  return [
    { id: newUuid(), name: 'default', description: null, multiattach: false },
    { id: newUuid(), name: 'multiattach', description: null, multiattach: true },
    ...trials.map(([name, description]) => ({ id: newUuid(), name, description, multiattach: false })),
  ];
}
