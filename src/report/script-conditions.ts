import type { Sight } from '../contract/stage-data.ts';
import type { Resting, RetoldStep } from '../judge/retold-history.ts';
import { shellQuote } from './shell-quote.ts';

/** True where a server shows one of the sights; `whom`: the variable with its id. */
export function sights(until: Sight | Sight[], whom: string): string {
  return [until]
    .flat()
    .map(sight => {
      if (sight === 'gone') return `server_gone "${whom}"`;
      const { vm_state, ...rest } = sight;
      const wanted = { ...rest, ...(vm_state === undefined ? {} : { 'OS-EXT-STS:vm_state': vm_state }) };
      return `server_shows ${[`"${whom}"`, ...Object.entries(wanted).flatMap(([key, value]) => [key, shellQuote(String(value))])].join(' ')}`;
    })
    .join(' || ');
}

/** True where one of the worlds is there, as far as they are looked at; `read`: how a list is come by. */
export function conditions(worlds: Resting[], { servers, volumes }: RetoldStep['looks'], read = 'list_shows'): string {
  const all = worlds.map(world => {
    const parts = [
      ...servers.flatMap(number => listConditions(world, number, read)),
      ...volumes.map(number => volumeCondition(world, number)),
    ];
    return parts.length === 0 ? 'true' : parts.join(' && ');
  });
  return [...new Set(all)].map(each => `{ ${each}; }`).join(' || ') || 'false';
}

function listConditions({ lists }: Resting, server: number, read: string): string[] {
  const list = lists[server];
  if (!list) return [];
  const volumes = list.map(({ volume }) => `"$VOLUME_${volume + 1}"`);
  return [
    [read, `"$SERVER_${server + 1}"`, ...volumes].join(' '),
    ...list.flatMap(({ volume, properties }) =>
      Object.entries(properties).map(
        ([key, value]) => `row_shows "$VOLUME_${volume + 1}" ${shellQuote(key)} ${shellQuote(String(value))}`,
      ),
    ),
  ];
}

function volumeCondition({ volumes }: Resting, number: number): string {
  const volume = volumes[number];
  const whom = `"$VOLUME_${number + 1}"`;
  if (!volume) return `volume_gone ${whom}`;
  const { statuses, servers } = volume;
  return ['volume_shows', whom, shellQuote(statuses.join('|')), ...servers.map(each => `"$SERVER_${each + 1}"`)].join(
    ' ',
  );
}
