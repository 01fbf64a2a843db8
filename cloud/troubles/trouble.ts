import type { Environment } from '../environment.ts';

/** Something that real clouds do to their clients beside the attachments API, which says nothing about that API. */
export interface Trouble {
  /** Stable, in kebab case. */
  readonly id: string;
  /** What happens, in one plain sentence. */
  readonly sentence: string;
  readonly patch: (environment: Environment) => void;
}
