import { join } from 'node:path';
import type { CloudOptions } from '../../cloud/cloud.ts';
import { differentialFolder } from './folder.ts';
import type { Part } from './play.ts';

/** A real cloud that was recorded, and how the embedded one is set up beside it. */
export interface Profile {
  /** What it was. */
  cloud: string;
  /** Its newest microversion, by which it is known. */
  max: string;
  options: CloudOptions;
}

/** The real clouds. */
export const profiles: readonly Profile[] = [
  { cloud: 'Nova 26', max: '2.93', options: { release: 'zed' } },
  { cloud: 'Nova 34', max: '2.104', options: { release: '2026.2' } },
];

/** Where the answers of a real cloud are kept. */
export function recordingFile({ cloud }: Profile, part: Part): string {
  return join(differentialFolder, 'recorded', `${cloud.toLowerCase().replaceAll(' ', '-')}-${part}.json`);
}
