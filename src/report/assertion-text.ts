import type { WatchRule } from '../contract/async-data.ts';

/** What a rule about a scenario asserts, in words. */
export function assertionText({ legal, ends, keeps, shows, rows, action, answer }: WatchRule): string {
  if (legal) return `what ${legal.join(' and ')} show fits some way through the course`;
  if (ends) return `the course ends, as ${ends.join(' and ')} show`;
  if (keeps) return `${keeps.join(' and ')} of the listed attachment never change`;
  if (shows) return `${shows.keys.join(' and ')} of the listed attachment are as asked for, once it is ${shows.since}`;
  if (rows === 'once') return 'no list names the volume twice';
  if (rows === 'here') return 'each listed attachment names the server of the path';
  if (action !== undefined) return `the instance action ${action} is kept under the request id of the answer`;
  return `the answer to the request '${answer}'`;
}
