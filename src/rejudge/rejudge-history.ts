import { isDeepStrictEqual } from 'node:util';
import { burstCommands } from '../../suites/perform-history.ts';
import type { HistoryFacts } from '../evidence/facts.ts';
import { type BurstCommand, playBurst } from '../history/burst.ts';
import { Experience } from '../history/experience.ts';
import type { Played } from '../history/played.ts';
import { Player } from '../history/player.ts';
import { Scene } from '../history/scene.ts';
import type { Place } from '../history/venue.ts';
import type { Command } from '../model/command.ts';
import { Model } from '../model/model.ts';
import { histories } from '../model/walk.ts';
import type { Case, CaseHistory } from '../plan/case.ts';
import { NoEvidence } from './no-evidence.ts';
import type { RecordedPage } from './record.ts';
import type { ClaimedResult, Rejudging } from './rejudging.ts';

type Page = RecordedPage<HistoryFacts<Command>>;

/** Plays the recorded histories of a case again; says how they contradict what is claimed, or null. @throws NoEvidence */
export async function rejudgeHistory(rejudging: Rejudging, one: Case, claim: ClaimedResult): Promise<string | null> {
  const pages = rejudging.record.histories.get(one.id) ?? [];
  const first = pages.find(({ facts }) => !facts.isAttempt);
  if (!first) throw new NoEvidence('no history of it was recorded');
  const model = new Model(rejudging.contract, {
    capabilities: rejudging.capabilities,
    microversions: one.history?.microversions ?? [],
    values: first.facts.values,
  });
  mustBePlanned(model, one, one.history, first.facts);
  const failures: NonNullable<Played['failure']>[] = [];
  for (const page of pages) {
    // Attempts to make a failure shorter matter only where one is claimed.
    if (page.facts.isAttempt && claim.broken === null) continue;
    const { failure } = await playAgain(rejudging, model, page);
    if (failure) failures.push(failure);
  }
  if (claim.verdict === 'pass') {
    const isExpected = failures.length === 0 || (one.level === 'informative' && claim.findings.length > 0);
    return isExpected ? null : `reported pass, the record breaks ${failures.map(({ rule }) => rule).join(', ')}`;
  }
  const { broken } = claim;
  const shown = failures.some(({ rule, what, expected, received }) =>
    isDeepStrictEqual({ rule, what, expected, received }, broken),
  );
  return shown ? null : `reported fail of ${broken?.rule ?? 'nothing'}, which the record does not show`;
}

/** What was played must be what the plan says. @throws NoEvidence */
function mustBePlanned(
  model: Model,
  { id, microversion }: Case,
  history: CaseHistory | undefined,
  { mode, commands, together }: HistoryFacts<Command>,
): void {
  const { generated, burst } = history ?? {};
  let planned: { mode: string; commands: Command[]; together: number } | undefined;
  if (generated) {
    const { seed, runs, number, length } = generated;
    const wanted = length === model.contract.data.histories[generated.mode].length ? undefined : length;
    const made = histories(model, seed, runs, wanted)[number - 1];
    if (made) planned = { ...made, together: 0 };
  } else if (burst !== undefined) {
    const { given, calls } = burstCommands(model.contract, burst, microversion);
    planned = { mode: 'burst', commands: [...given, ...calls], together: calls.length };
  }
  if (!isDeepStrictEqual({ mode, commands, together }, planned))
    throw new NoEvidence(`the history that was recorded is not the one that ${id} plans`);
}

function playAgain(rejudging: Rejudging, model: Model, { facts, entries }: Page): Promise<Played> {
  const { schemas, judged, apiOf } = rejudging;
  const { mode, commands, together, values, unknownId } = facts;
  const { api } = apiOf(entries, facts.waits);
  const experience = new Experience();
  for (const [step, why] of Object.entries(facts.unreachable)) experience.unreachable.set(step, why);
  experience.keepsSome = facts.keepsSome;
  const devices = [...facts.devices];
  const nextDevice = () => {
    const device = devices.shift();
    if (device === undefined) throw new NoEvidence('a device name was not recorded');
    return device;
  };
  const restLimit = facts.restLimit === null ? {} : { restLimit: facts.restLimit };
  const context = { model, api, schemas, experience, judged, values, nextDevice, ...restLimit };
  const scene = new Scene(context, placeOf(model, facts), unknownId);
  return scene.judged(() =>
    mode === 'burst'
      ? playBurst(scene, commands.slice(0, -together), commands.slice(-together) as BurstCommand[])
      : new Player(scene, mode).play(commands),
  );
}

/** The servers and volumes of a history: those that it made on its way come as they came then. */
function placeOf(model: Model, { servers, volumes }: HistoryFacts): Place {
  const given = model.start().volumes.length;
  const later = volumes.slice(given);
  const place: Place = {
    servers: [...servers],
    volumes: volumes.slice(0, given),
    addVolume: () => {
      const next = later.shift();
      if (next === undefined) return Promise.reject(new NoEvidence('a volume was not recorded'));
      place.volumes.push(next);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  return place;
}
