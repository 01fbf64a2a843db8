import type { StageData } from '../contract/stage-data.ts';
import type { Case } from '../plan/case.ts';
import type { Mode, WalkerKind } from './walker.ts';

/** What a case wants of a server in a situation. */
export interface Wish {
  situation: string;
  kind: WalkerKind;
  mode: Mode;
  suite: string;
}

const kinds: readonly WalkerKind[] = ['image_backed', 'volume_backed'];

/** What a case wants of the servers that walk; null where it is content with another one, or with none. */
export function wishOf({ given, expect, suite }: Case, { states }: StageData): Wish | null {
  const kind = kinds.find(each => each === given.server);
  const recipe = states[given.state ?? ''];
  const special = recipe?.enter !== undefined || recipe?.moment !== undefined;
  if (!kind || (kind === 'image_backed' && !special)) return null;
  const { effect = 'none' } = expect;
  // A row that is being made is no sight for others who look at the list.
  const alone = effect === 'updated' || recipe?.moment === 'task' || given.volume === 'attached_there';
  const mode = alone ? 'own' : effect === 'none' ? 'read' : 'write';
  return {
    situation: given.state ?? usualSituation(states),
    kind: recipe?.build ?? kind,
    mode,
    suite,
  };
}

/** The situation that a server is built into: the one that nothing leads to. */
export function usualSituation(states: StageData['states']): string {
  return Object.keys(states).find(name => !states[name]?.enter && !states[name]?.moment) ?? '';
}
