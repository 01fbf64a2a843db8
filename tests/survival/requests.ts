import type { Survival } from './troubles.ts';

const several = ['paused', 'stopped', 'suspended'];
const notAvailable = /^pass$|^error: .*was answered 503 /;

/** Runs on clouds that do not answer as they should; a table. */
export const requestSurvivals: Readonly<Record<string, Survival>> = {
  'rate-limited': { situations: several, code: 0, made: 9 },
  unavailable: { situations: several, code: 0, may: notAvailable, made: 9 },
  'unavailable-silent': { situations: several, code: 0, may: notAvailable, made: 14 },
  'connection-resets': { situations: several, code: 0, made: 9 },
  // What was made all the same is found by its name.
  'answers-lost': { situations: several, code: 0, made: 11 },
  'deletes-fail-twice': {
    situations: ['paused', 'deleted'],
    code: 4,
    errors: { deleted: /^error: DELETE of the server: DELETE \S+ was answered 500 .*The deletion failed/ },
    made: 10,
  },
  'deletes-never-work': {
    situations: ['paused'],
    code: 5,
    left: /^still there: DELETE \S+ was answered 500 .*The deletion failed/,
    made: 3,
  },
};
