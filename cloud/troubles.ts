import { requestTroubles } from './troubles/requests.ts';
import { resourceTroubles } from './troubles/resources.ts';
import type { Trouble } from './troubles/trouble.ts';

/** Every known trouble. */
export const troubles: readonly Trouble[] = [...resourceTroubles, ...requestTroubles];

/** The trouble with this id; an Error lists the known ones. */
export function troubleNamed(id: string): Trouble {
  const found = troubles.find(trouble => trouble.id === id);
  if (found !== undefined) return found;
  throw new Error(`unknown trouble ${id}; known are ${troubles.map(trouble => trouble.id).join(', ')}`);
}
