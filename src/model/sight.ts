import { isDeepStrictEqual } from 'node:util';
import type { HistoriesData } from '../contract/histories-data.ts';
import type { World } from './world.ts';

/** What was read of a world; servers and volumes that nobody looked at are missing. */
export interface Sighting {
  /** Server -> its list of attachments, `volume` being the number of one of the history; null: the server is gone. */
  lists: Map<number, SeenAttachment[] | null>;
  /** Server -> one of its attachments, shown by itself. */
  shown?: Map<number, SeenAttachment>;
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

type Resting = ReturnType<typeof restingOf>;

/**
 * What readings show of a world in which nothing goes on, by number: of each server its list, of each volume its statuses and the
 * servers that it names; null for what is gone.
 */
export function restingOf({ servers, volumes }: World, { phases, free, from_anywhere }: HistoriesData) {
  return {
    lists: servers.map(({ situation }, server) =>
      from_anywhere.includes(situation)
        ? null
        : volumes.flatMap(({ holds }, volume) =>
            holds.flatMap(({ server: holder, phase, properties }) =>
              holder === server && phases[phase]?.listed
                ? [{ volume, properties: phases[phase].unsettled ? {} : properties }]
                : [],
            ),
          ),
    ),
    volumes: volumes.map(({ exists, holds }) => {
      if (!exists) return null;
      const held = holds.filter(({ phase }) => phases[phase]?.listed);
      const statuses = held.length === 0 ? free : held.flatMap(({ phase }) => phases[phase]?.shows ?? []);
      // A volume that is only promised to a server does not name it.
      const named = held.filter(({ phase }) => phases[phase]?.elsewhere === undefined).map(({ server }) => server);
      return { statuses: [...new Set(statuses)], servers: named.toSorted(ascending) };
    }),
  };
}

/** How a sighting differs from a world in which nothing goes on. */
export function differences(world: World, { lists, shown, volumes }: Sighting, data: HistoriesData): Difference[] {
  const resting = restingOf(world, data);
  return [
    ...[...lists].flatMap(([server, list]) => listDifferences(server, resting.lists[server] ?? null, list)),
    ...[...(shown ?? [])].flatMap(([server, seen]) => {
      const wanted = resting.lists[server]?.filter(({ volume }) => volume === seen.volume) ?? [];
      return propertyDifferences(server, wanted, [seen]);
    }),
    ...[...volumes].flatMap(([volume, view]) => volumeDifferences(volume, resting.volumes[volume] ?? null, view)),
  ];
}

function listDifferences(
  server: number,
  wanted: Resting['lists'][number],
  list: SeenAttachment[] | null,
): Difference[] {
  const what = `list of server ${server + 1}`;
  if (wanted === null || list === null) {
    const [expected, received] = [wanted, list].map(each => (each === null ? 'no such server' : 'a list'));
    return expected === received ? [] : [{ what, expected: `${expected}`, received: `${received}` }];
  }
  const expected = volumeNames(wanted.map(({ volume }) => volume));
  const received = volumeNames(list.map(({ volume }) => volume));
  if (received !== expected) return [{ what, expected, received }];
  return propertyDifferences(server, wanted, list);
}

function propertyDifferences(
  server: number,
  wanted: NonNullable<Resting['lists'][number]>,
  list: readonly SeenAttachment[],
): Difference[] {
  return wanted.flatMap(({ volume, properties }) => {
    const seen = list.find(each => each.volume === volume)?.properties ?? {};
    // What a microversion does not show cannot differ.
    const differing = Object.keys(properties).filter(
      key => key in seen && !isDeepStrictEqual(seen[key], properties[key]),
    );
    return differing.map(key => ({
      what: `${key} of ${volumeName(volume)} on server ${server + 1}`,
      expected: JSON.stringify(properties[key]),
      received: JSON.stringify(seen[key]),
    }));
  });
}

function volumeDifferences(number: number, wanted: Resting['volumes'][number], view: SeenVolume | null): Difference[] {
  const isSame =
    wanted === null || view === null
      ? wanted === view
      : wanted.statuses.includes(view.status) && isDeepStrictEqual(view.servers.toSorted(ascending), wanted.servers);
  if (isSame) return [];
  return [
    {
      what: volumeName(number),
      expected: wanted === null ? 'gone' : volumeText(wanted.statuses, wanted.servers),
      received: view === null ? 'gone' : volumeText([view.status], view.servers.toSorted(ascending)),
    },
  ];
}

function volumeText(statuses: readonly string[], servers: readonly number[]): string {
  return `${statuses.join(' or ')}${servers.length === 0 ? '' : `, attached to ${serverNames(servers)}`}`;
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
