import type { BurstCall } from '../src/contract/histories-data.ts';
import { coverPlayed, type HuntContext, hunt, stepsOf } from '../src/history/hunt.ts';
import type { Failure, Played } from '../src/history/played.ts';
import { Player } from '../src/history/player.ts';
import type { CaseResult, Deviation, HistoryFailure, HistoryResult } from '../src/judge/verdict.ts';
import type { RequestCommand, StepCommand } from '../src/model/command.ts';
import { nothingCovered } from '../src/model/coverage.ts';
import type { Case, CaseHistory } from '../src/plan/case.ts';
import type { RunContext } from './context.ts';
import type { HistoryContext } from './history-context.ts';
import { type Outcome, outcomeOf, skippedAs } from './outcome.ts';

/** The way of a case about histories: they are played until one fails or there are enough. Never throws. */
export async function performHistory(context: RunContext, one: Case, history: CaseHistory): Promise<CaseResult> {
  const startedAt = Date.now();
  let outcome: Outcome;
  try {
    outcome = one.skip ? skippedAs(one.skip) : await play(context, await context.histories(), one, history);
  } catch (error) {
    outcome = outcomeOf(error, context, one);
  }
  const { history: result } = outcome;
  return {
    id: one.id,
    deviations: [],
    findings: [],
    exchanges: [],
    startedAt,
    durationMs: Date.now() - startedAt,
    requests: result?.requests ?? 0,
    ...outcome,
  };
}

function play(
  context: RunContext,
  histories: HistoryContext,
  one: Case,
  { generated, burst, microversions }: CaseHistory,
): Promise<Outcome> {
  const hunting = histories.huntAt(microversions);
  if (generated) return playGenerated(histories, hunting, one, generated);
  return playBursts(context, hunting, one, burst ?? '');
}

async function playGenerated(
  histories: HistoryContext,
  hunting: HuntContext,
  one: Case,
  generated: NonNullable<CaseHistory['generated']>,
): Promise<Outcome> {
  const result: HistoryResult = {
    played: 0,
    commands: 0,
    requests: 0,
    coverage: nothingCovered(hunting.model),
    ended: [],
  };
  for (let round = 0; round === 0 || histories.endless; round += 1) {
    if (!histories.goesOn()) break;
    const seed = generated.seed + round;
    const history = histories.generated(hunting.model, { ...generated, seed }, generated.number);
    if (!history) break;
    const { played, failure } = await hunt(hunting, history, seed, one.id);
    count(result, played);
    if (history.mode === 'settled' && result.coverage) coverPlayed(hunting, result.coverage, played);
    if (failure)
      return failed(one, result, failure.failure, {
        ...failure.history,
        microversions: one.history?.microversions ?? [],
      });
  }
  if (result.played > 0) return { verdict: 'pass', history: result };
  return skippedAs({ reason: 'deselected', detail: 'the histories before it used up --max-time or --max-requests' });
}

async function playBursts({ contract }: RunContext, hunting: HuntContext, one: Case, name: string): Promise<Outcome> {
  const { bursts, times } = contract.data.histories;
  const burst = bursts[name];
  if (!burst) throw new Error(`the contract knows no burst ${name}`);
  const result: HistoryResult = { played: 0, commands: 0, requests: 0 };
  const commandOf = (call: BurstCall): RequestCommand | StepCommand =>
    'step' in call ? call : { ...call, ask: `${call.ask}@${one.microversion}` };
  const all = [...(burst.given ?? []), ...burst.calls];
  const servers = 1 + Math.max(...all.map(({ server }) => server));
  const startedAt = Date.now();
  for (let attempt = 1; attempt <= times; attempt += 1) {
    const place = await hunting.venue.open(
      servers,
      hunting.model.start().volumes.map(({ kind }) => kind),
    );
    let played: Played;
    try {
      played = await new Player(hunting, place, 'settled').playBurst(
        (burst.given ?? []).map(commandOf),
        burst.calls.map(commandOf),
      );
    } finally {
      await place.close();
    }
    count(result, played);
    if (!played.failure) continue;
    return failed(one, result, played.failure, {
      mode: 'burst',
      seed: 0,
      path: null,
      at: played.failure.at,
      from: played.commands.length,
      attempts: attempt,
      requests: result.requests,
      durationMs: Date.now() - startedAt,
      confirmed: false,
      microversions: [one.microversion],
      plan: played.commands.map(({ command }) => command),
      steps: stepsOf(played),
      servers: played.servers,
      volumes: played.volumes,
    });
  }
  return { verdict: 'pass', history: result };
}

function count(result: HistoryResult, { commands, requests, ended }: Played): void {
  result.played += 1;
  result.commands += commands.length;
  result.requests += requests;
  if (ended !== null) result.ended = [...(result.ended ?? []), ended];
}

function failed(
  one: Case,
  history: HistoryResult,
  failure: Failure,
  shortest: Omit<HistoryFailure, 'rule' | 'sentence' | 'source'>,
): Outcome {
  const { what, expected, received, level, rule, at } = failure;
  const step = shortest.steps[at];
  const subject = what === 'status' ? rule : `${rule}: ${what}`;
  const deviation: Deviation = { what: `step ${at + 1}, ${step?.text ?? ''}: ${subject}`, expected, received, level };
  const exchanges = [step?.exchange, step?.reading].flatMap(each => each ?? []);
  if (one.level === 'informative') {
    return { verdict: 'pass', findings: [{ ...deviation, level: one.level }], exchanges, history };
  }
  return {
    verdict: 'fail',
    deviations: [deviation],
    exchanges,
    message: `${one.rule}: ${deviation.what}: expected ${expected}, received ${received}`,
    history: { ...history, failure: { ...shortest, rule, sentence: failure.sentence, source: failure.source } },
  };
}
