import type { Contract } from '../src/contract/contract.ts';
import type { Schemas } from '../src/contract/schemas.ts';
import type { Recorder } from '../src/evidence/recorder.ts';
import { Experience } from '../src/history/experience.ts';
import type { HuntContext } from '../src/history/hunt.ts';
import { Venue } from '../src/history/venue.ts';
import { Model } from '../src/model/model.ts';
import { type History, histories, type Mode } from '../src/model/walk.ts';
import type { Stage } from '../src/stage/stage.ts';
import type { RunSettings } from './context.ts';

/** What all histories of a run share. */
export interface HistoryContext {
  /** What they are played with, at some microversions. */
  huntAt: (microversions: readonly string[]) => HuntContext;
  /** The generated histories of a seed. */
  generated: (
    model: Model,
    wanted: { seed: number; runs: number; length: number; mode: Mode },
    number: number,
  ) => History | undefined;
  /** Whether a case goes on with further histories. */
  endless: boolean;
  /** Whether the time for histories is used up. */
  isOver: () => boolean;
}

interface Shared {
  contract: Contract;
  stage: Stage;
  schemas: (microversion: string) => Schemas;
  recorder: Recorder | null;
  isCancelled: () => boolean;
  onPhase: (text: string) => void;
}

/** Lists of histories that are kept: cases that go on are at about the same seed. */
const keptLists = 4;

/** Takes the place of everything that the cases before have used, and makes the model. */
export async function openHistories(
  { histories: settings, judged }: Pick<RunSettings, 'histories' | 'judged'>,
  { contract, stage, schemas, recorder, isCancelled, onPhase }: Shared,
): Promise<HistoryContext> {
  onPhase('making room for histories');
  const { builder, typeOf, values, nextDevice } = await stage.retire();
  onPhase('playing histories');
  const experience = new Experience();
  const hunts = new Map<string, HuntContext>();
  const lists = new Map<string, History[]>();
  const startedAt = Date.now();
  let venue: Venue | undefined;
  return {
    huntAt: microversions => {
      const key = microversions.join();
      const model =
        hunts.get(key)?.model ?? new Model(contract, { capabilities: settings.capabilities, microversions, values });
      // All take turns, whatever they are about.
      venue ??= new Venue(model, builder, { lanes: settings.lanes, typeOf });
      const hunt = hunts.get(key) ?? {
        model,
        api: stage.api,
        recorder,
        schemas,
        experience,
        judged,
        values,
        nextDevice,
        venue,
        isCancelled,
        onPhase,
      };
      hunts.set(key, hunt);
      return hunt;
    },
    generated: (model, { seed, runs, length, mode }, number) => {
      // Both modes have a length of their own, unless somebody wanted another one.
      const wanted = length === contract.data.histories[mode].length ? undefined : length;
      const key = [seed, runs, wanted].join(' ');
      const list = lists.get(key) ?? histories(model, seed, runs, wanted);
      lists.set(key, list);
      // Whoever goes on with further seeds does not come back to those before.
      for (const old of [...lists.keys()].slice(0, -keptLists)) lists.delete(old);
      return list[number - 1];
    },
    endless: settings.endless,
    isOver: () => Date.now() - startedAt >= (settings.maxTimeMs ?? Number.POSITIVE_INFINITY),
  };
}
