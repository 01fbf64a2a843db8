/** What differs between Nova releases without a microversion to say so. */
export interface Release {
  readonly name: ReleaseName;
  /** Minor number of the newest microversion; the major number is always 2. */
  readonly maxMinor: number;
  /** Whether a project's readers may write: the legacy rule still counts where the new defaults are not enforced. */
  readonly legacyPolicies: boolean;
  /** Who besides an admin may swap volumes. */
  readonly serviceMaySwap: boolean;
  /** Refusal of a swap that Cinder did not ask for; undefined where any swap goes. */
  readonly notMigrating: string | undefined;
  /** From 2.89 on, a row that has no Cinder attachment yet: shown with a null id, or kept out of sight. */
  readonly unfinishedRow: 'null' | 'hidden';
  /** jsonschema's words for a string that is too short to be anything. */
  readonly emptyString: string;
  /** Whether a system-scoped admin reaches the attachments. */
  readonly systemAdmin: boolean;
  /** Whether the end of a server that never had a host leaves its volumes reserved, once its state was reset. */
  readonly forgetsVolumes: boolean;
  /** Minor number of its Cinder's newest microversion; the major number is always 3. */
  readonly cinderMinor: number;
  /** Whether its Cinder tells a host whether to insist on several paths to a volume. */
  readonly enforcesMultipath: boolean;
}

/** The releases that the cloud can play, oldest first. */
export type ReleaseName = 'zed' | '2025.1' | '2026.1' | '2026.2';

/** One profile for each release, oldest first. */
export const releases: readonly Release[] = [
  {
    name: 'zed',
    maxMinor: 93,
    legacyPolicies: true,
    serviceMaySwap: false,
    notMigrating: undefined,
    unfinishedRow: 'null',
    emptyString: 'is too short',
    systemAdmin: true,
    forgetsVolumes: true,
    cinderMinor: 70,
    enforcesMultipath: false,
  },
  {
    name: '2025.1',
    maxMinor: 100,
    legacyPolicies: false,
    serviceMaySwap: false,
    notMigrating: 'volume {volume} is not migrating this api should only be called by Cinder',
    unfinishedRow: 'null',
    emptyString: 'is too short',
    systemAdmin: false,
    forgetsVolumes: false,
    cinderMinor: 71,
    enforcesMultipath: true,
  },
  {
    name: '2026.1',
    maxMinor: 103,
    legacyPolicies: false,
    serviceMaySwap: true,
    notMigrating: 'volume {volume} is not migrating; this API should only be called by Cinder',
    unfinishedRow: 'null',
    emptyString: 'should be non-empty',
    systemAdmin: false,
    forgetsVolumes: false,
    cinderMinor: 71,
    enforcesMultipath: true,
  },
  {
    name: '2026.2',
    maxMinor: 104,
    legacyPolicies: false,
    serviceMaySwap: true,
    notMigrating: 'volume {volume} is not migrating; this API should only be called by Cinder',
    unfinishedRow: 'hidden',
    emptyString: 'should be non-empty',
    systemAdmin: false,
    forgetsVolumes: false,
    cinderMinor: 71,
    enforcesMultipath: true,
  },
];

/** The profile of a release, the newest where none is named; an Error lists the known ones. */
export function releaseNamed(name: string | undefined): Release {
  const found = name === undefined ? releases.at(-1) : releases.find(release => release.name === name);
  if (found !== undefined) return found;
  throw new Error(`unknown release ${String(name)}; known are ${releases.map(release => release.name).join(', ')}`);
}
