import type { Environment } from '../environment.ts';
import type { Trouble } from './trouble.ts';

/** Troubles with the servers and volumes themselves; a table. */
export const resourceTroubles: readonly Trouble[] = [
  trouble('pause-never-ends', 'A server that is paused stays in task_state pausing for ever.', e =>
    e.outcomes.set('pause', 'never'),
  ),
  trouble('suspend-fails', 'A server that is suspended goes to ERROR.', e => e.outcomes.set('suspend', 'error')),
  trouble('resize-fails', 'A server that is resized goes to ERROR.', e => e.outcomes.set('resize', 'error')),
  trouble('unshelve-fails', 'An unshelve fails, and the server stays as it was.', e =>
    e.outcomes.set('unshelve', 'back'),
  ),
  trouble('build-fails', 'Every third server goes to ERROR.', e => {
    const third = everyNth(3);
    e.buildFailure = () => (third() ? 'Exceeded maximum number of retries. Exhausted all hosts available.' : undefined);
  }),
  trouble('volume-fails', 'Every fifth volume goes to error.', e => {
    e.volumeFailure = everyNth(5);
  }),
  trouble('slow-builds', 'A server takes 2 s longer to build.', e => {
    e.buildMs = 2000;
  }),
  trouble('build-never-ends', 'A server stays in BUILD for ever.', e => {
    e.buildMs = Number.POSITIVE_INFINITY;
  }),
  trouble('slow-volumes', 'A volume takes 1 s longer to become available.', e => {
    e.volumeMs = 1000;
  }),
  trouble('slow-deletes', 'A deletion takes 1 s longer.', e => {
    e.deleteMs = 1000;
  }),
  trouble('deletes-never-end', 'A deletion is accepted and never ends.', e => {
    e.deleteMs = Number.POSITIVE_INFINITY;
  }),
];

function trouble(id: string, sentence: string, patch: (environment: Environment) => unknown): Trouble {
  return { id, sentence, patch: environment => void patch(environment) };
}

/** True at every nth call. */
function everyNth(nth: number): () => boolean {
  let count = 0;
  return () => {
    count++;
    return count % nth === 0;
  };
}
