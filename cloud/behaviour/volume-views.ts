import type { CinderAttachment, Volume } from '../cinder/volume.ts';

/** What Cinder shows of its volumes where that could differ from what it holds. */
export interface VolumeViews {
  status: (volume: Volume) => string;
  /** Those of all attachments of a volume that stand in its `attachments`. */
  entries: (volume: Volume, all: readonly CinderAttachment[]) => readonly CinderAttachment[];
}

/** The views of the real Cinder (`cinder/api/v3/views/volumes.py`). */
export function createVolumeViews(): VolumeViews {
  return {
    status: ({ status }) => status,
    entries: (_, all) => all.filter(({ status }) => status === 'attached'),
  };
}
