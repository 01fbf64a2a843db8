import type { Contract } from '../src/contract/contract.ts';
import type { BurstCall } from '../src/contract/histories-data.ts';
import { type BurstCommand, playBurst } from '../src/history/burst.ts';
import { coverPlayed, type HuntContext, hunt, onStage, playOnce, stepsOf } from '../src/history/hunt.ts';
import type { Failure, Played } from '../src/history/played.ts';
import { retell } from '../src/history/retell.ts';
import type { CaseResult, Deviation, HistoryFailure, HistoryResult } from '../src/judge/verdict.ts';
import { type Command, commandText } from '../src/model/command.ts';
import { nothingCovered } from '../src/model/coverage.ts';
import type { Case, CaseHistory } from '../src/plan/case.ts';
import { StageError } from '../src/stage/stage-error.ts';
import type { RunContext } from './context.ts';
import type { HistoryContext } from './history-context.ts';
import { type Outcome, outcomeOf, resultOf, skippedAs } from './outcome.ts';

/** The way of a case about histories: they are played until one fails or there are enough. Never throws. */
export async function performHistory(context: RunContext, one: Case, history: CaseHistory): Promise<CaseResult> {
  const startedAt = Date.now();
  let outcome: Outcome;
  try {
    outcome = one.skip ? skippedAs(one.skip) : await play(context, await context.histories(), one, history);
  } catch (error) {
    outcome = outcomeOf(error, context, one);
  }
  return resultOf(one, startedAt, outcome.history?.requests ?? 0, outcome);
}

function play(
  context: RunContext,
  histories: HistoryContext,
  one: Case,
  { generated, replay, burst, microversions }: CaseHistory,
): Promise<Outcome> {
  const hunting = histories.huntAt(microversions);
  if (replay) return playAgain(hunting, one, replay);
  if (generated) return playGenerated(context, histories, hunting, one, generated);
  return playBursts(context, hunting, one, burst ?? '');
}

async function playGenerated(
  context: RunContext,
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
  for (let round = 0; round === 0 || (histories.endless && !context.isEnding()); round += 1) {
    if (histories.isOver()) break;
    const seed = generated.seed + round;
    const history = histories.generated(hunting.model, { ...generated, seed }, generated.number);
    if (!history) break;
    const { played, failure } = await hunt(hunting, history, seed, one.id);
    count(result, played);
    if (history.mode === 'settled' && result.coverage) coverPlayed(hunting, result.coverage, played);
    if (failure)
      return failed(hunting, one, result, failure.failure, 0, {
        ...failure.history,
        microversions: one.history?.microversions ?? [],
      });
  }
  if (result.played > 0) return { verdict: 'pass', history: result };
  return skippedAs({ reason: 'deselected', detail: 'the histories before it used up --explore' });
}

/** What was written down, as often as a burst is played: what depends on the moment does not fail each time. */
async function playAgain(
  hunting: HuntContext,
  one: Case,
  { mode, commands, together }: NonNullable<CaseHistory['replay']>,
): Promise<Outcome> {
  const { times } = hunting.model.contract.data.histories;
  const result: HistoryResult = { played: 0, commands: 0, requests: 0 };
  const plan = commands as Command[];
  const unknown = plan.find(command => !isKnown(hunting, command));
  if (unknown) throw new StageError(`the target does not have ${commandText(unknown)}, so it cannot be played again`);
  const startedAt = Date.now();
  for (let attempt = 1; attempt <= (mode === 'settled' ? 1 : times); attempt += 1) {
    const played =
      mode === 'burst'
        ? await playBurstOnce(hunting, one.id, plan.slice(0, -together), plan.slice(-together) as BurstCommand[])
        : await playOnce(hunting, { mode, commands: plan }, one.id);
    count(result, played);
    if (played.failure) {
      const more = { mode, attempts: attempt, durationMs: Date.now() - startedAt };
      return failed(hunting, one, result, played.failure, together, asPlayed(one, played, result, more));
    }
  }
  return { verdict: 'pass', history: result };
}

/** Whether the target and the contract have what a command asks for. */
function isKnown({ model }: HuntContext, command: Command): boolean {
  if ('create' in command) return model.contract.data.histories.volumes[command.create] !== undefined;
  if ((command.server ?? 0) >= model.start().servers.length) return false;
  return 'step' in command ? model.steps.has(command.step) : model.shapes.get(command.ask) !== undefined;
}

async function playBursts({ contract }: RunContext, hunting: HuntContext, one: Case, name: string): Promise<Outcome> {
  const { times } = contract.data.histories;
  const result: HistoryResult = { played: 0, commands: 0, requests: 0 };
  const { given, calls } = burstCommands(contract, name, one.microversion);
  const startedAt = Date.now();
  for (let attempt = 1; attempt <= times; attempt += 1) {
    const played = await playBurstOnce(hunting, one.id, given, calls);
    count(result, played);
    if (!played.failure) continue;
    const more = {
      mode: 'burst',
      attempts: attempt,
      durationMs: Date.now() - startedAt,
    } as const;
    const together = Math.max(0, played.commands.length - given.length);
    return failed(hunting, one, result, played.failure, together, asPlayed(one, played, result, more));
  }
  return { verdict: 'pass', history: result };
}

/** The commands of a burst at a microversion. */
export function burstCommands(
  contract: Contract,
  name: string,
  microversion: string,
): { given: BurstCommand[]; calls: BurstCommand[] } {
  const burst = contract.data.histories.bursts[name];
  if (!burst) throw new Error(`the contract knows no burst ${name}`);
  const commandOf = (call: BurstCall): BurstCommand =>
    'step' in call ? call : { ...call, ask: `${call.ask}@${microversion}` };
  return { given: (burst.given ?? []).map(commandOf), calls: burst.calls.map(commandOf) };
}

/** Only the servers that it is about: on many clouds they are what takes time. */
function playBurstOnce(hunting: HuntContext, caseId: string, given: Command[], calls: BurstCommand[]): Promise<Played> {
  const numbers = [...given, ...calls].flatMap(command => ('server' in command ? (command.server ?? []) : []));
  const commands = [...given, ...calls];
  const script = { case: caseId, mode: 'burst', commands, together: calls.length, isAttempt: false } as const;
  return onStage(hunting, 1 + Math.max(...numbers), { ...script, commands }, scene => playBurst(scene, given, calls));
}

/** A failure as it was played, for what is not made any shorter. */
function asPlayed(
  one: Case,
  played: Played,
  { requests }: HistoryResult,
  more: Pick<HistoryFailure, 'mode' | 'attempts' | 'durationMs'>,
): Parameters<typeof failed>[5] {
  return {
    seed: 0,
    path: null,
    at: played.failure?.at ?? 0,
    from: played.commands.length,
    requests,
    confirmed: false,
    microversions: one.history?.microversions ?? [],
    plan: played.commands.map(({ command }) => command),
    steps: stepsOf(played),
    servers: played.servers,
    volumes: played.volumes,
    ...more,
  };
}

function count(result: HistoryResult, { commands, requests, ended }: Played): void {
  result.played += 1;
  result.commands += commands.length;
  result.requests += requests;
  if (ended !== null) result.ended = [...(result.ended ?? []), ended];
}

/** `together`: so many of the commands at the end were sent at the same moment. */
function failed(
  hunting: HuntContext,
  one: Case,
  history: HistoryResult,
  failure: Failure,
  together: number,
  shortest: Omit<HistoryFailure, 'rule' | 'sentence' | 'source' | 'retold'>,
): Outcome {
  const { what, expected, received, level, rule, at } = failure;
  const step = shortest.steps[at];
  const subject = what === 'status' ? rule : `${rule}: ${what}`;
  const deviation: Deviation = { what: `step ${at + 1}, ${step?.text ?? ''}: ${subject}`, expected, received, level };
  const retold = retell(hunting, shortest, failure, together);
  const exchanges = [step?.exchange, step?.reading].flatMap(each => each ?? []);
  if (one.level === 'informative') {
    return { verdict: 'pass', findings: [{ ...deviation, level: one.level }], exchanges, history };
  }
  return {
    verdict: 'fail',
    deviations: [deviation],
    exchanges,
    message: `${one.rule}: ${deviation.what}: expected ${expected}, received ${received}`,
    history: { ...history, failure: { ...shortest, rule, sentence: failure.sentence, source: failure.source, retold } },
  };
}
