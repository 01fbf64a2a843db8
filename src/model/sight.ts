import { isDeepStrictEqual } from 'node:util';
import type { HistoriesData } from '../contract/histories-data.ts';
import type { World } from './world.ts';

/** What was read of a world; servers and volumes that nobody looked at are missing. */
export interface Sighting {
  /** Server -> its list of attachments, `volume` being the number of one of the history; null: the server is gone. */
  lists: Map<number, SeenAttachment[] | null>;
  /** Volume -> what the volume API shows; null: it is gone. */
  volumes: Map<number, SeenVolume | null>;
}

/** An attachment as it was listed. */
export interface SeenAttachment {
  /** -1 for one that the history does not know. */
  volume: number;
  properties: Record<string, unknown>;
}

/** A volume as the volume API shows it. */
export interface SeenVolume {
  status: string;
  /** Numbers of the servers that it says it is attached to. */
  servers: number[];
}

/** One thing that is not as it should be. */
export interface Difference {
  /** `list of server 1`, `volume 2` ... */
  what: string;
  expected: string;
  received: string;
}

/** How a sighting differs from a world in which nothing goes on. */
export function differences(world: World, { lists, volumes }: Sighting, data: HistoriesData): Difference[] {
  return [
    ...[...lists].flatMap(([server, list]) => listDifferences(world, server, list, data)),
    ...[...volumes].flatMap(([volume, view]) => volumeDifferences(world, volume, view, data)),
  ];
}

function listDifferences(
  world: World,
  server: number,
  list: SeenAttachment[] | null,
  data: HistoriesData,
): Difference[] {
  const what = `list of server ${server + 1}`;
  const isGone = data.from_anywhere.includes(world.servers[server]?.situation ?? '');
  if (list === null) return isGone ? [] : [{ what, expected: 'a list', received: 'no such server' }];
  if (isGone) return [{ what, expected: 'no such server', received: 'a list' }];
  const wanted = world.volumes.flatMap(({ holds }, volume) =>
    holds.flatMap(hold => (hold.server === server && data.phases[hold.phase]?.listed ? [{ volume, hold }] : [])),
  );
  const listed = list.map(({ volume }) => volume);
  if (volumeNames(listed) !== volumeNames(wanted.map(({ volume }) => volume))) {
    return [{ what, expected: volumeNames(wanted.map(({ volume }) => volume)), received: volumeNames(listed) }];
  }
  return wanted.flatMap(({ volume, hold }) => {
    if (data.phases[hold.phase]?.unsettled) return [];
    const properties = list.find(each => each.volume === volume)?.properties ?? {};
    return Object.entries(hold.properties).flatMap(([key, value]) =>
      // What a microversion does not show cannot differ.
      !(key in properties) || isDeepStrictEqual(properties[key], value)
        ? []
        : [
            {
              what: `${key} of ${volumeName(volume)} on server ${server + 1}`,
              expected: JSON.stringify(value),
              received: JSON.stringify(properties[key]),
            },
          ],
    );
  });
}

function volumeDifferences(world: World, number: number, view: SeenVolume | null, data: HistoriesData): Difference[] {
  const what = volumeName(number);
  const { exists = false, holds = [] } = world.volumes[number] ?? {};
  const received = view === null ? 'gone' : viewText(view);
  if (!exists) return view === null ? [] : [{ what, expected: 'gone', received }];
  const held = holds.filter(({ phase }) => data.phases[phase]?.listed);
  const statuses = held.length === 0 ? data.free : held.flatMap(({ phase }) => data.phases[phase]?.shows ?? []);
  const servers = held.map(({ server }) => server).toSorted(ascending);
  const expected = `${[...new Set(statuses)].join(' or ')}${servers.length === 0 ? '' : `, attached to ${serverNames(servers)}`}`;
  if (view === null || !statuses.includes(view.status)) return [{ what, expected, received }];
  // A volume that is only promised to a server does not name it.
  const named = held
    .flatMap(({ phase, server }) => (data.phases[phase]?.elsewhere ? [] : [server]))
    .toSorted(ascending);
  return isDeepStrictEqual(view.servers.toSorted(ascending), named) ? [] : [{ what, expected, received }];
}

function viewText({ status, servers }: SeenVolume): string {
  return `${status}${servers.length === 0 ? '' : `, attached to ${serverNames(servers.toSorted(ascending))}`}`;
}

function ascending(one: number, other: number): number {
  return one - other;
}

function volumeNames(numbers: readonly number[]): string {
  return numbers.length === 0 ? 'no volume' : numbers.toSorted(ascending).map(volumeName).join(', ');
}

function volumeName(number: number): string {
  return number < 0 ? 'an unknown volume' : `volume ${number + 1}`;
}

function serverNames(numbers: readonly number[]): string {
  return numbers.map(number => (number < 0 ? 'an unknown server' : `server ${number + 1}`)).join(', ');
}
