import type { CaseFacts } from '../src/evidence/facts.ts';
import { judge, operationOf } from '../src/judge/judge.ts';
import type { CaseResult, Deviation, Timing } from '../src/judge/verdict.ts';
import type { Case } from '../src/plan/case.ts';
import { fill } from '../src/plan/placeholders.ts';
import { repetitionName } from '../src/plan/repetition.ts';
import { type CloudApi, describe } from '../src/stage/cloud-api.ts';
import { watchEffect } from '../src/stage/effect.ts';
import { type Lease, leaseFacts } from '../src/stage/lease.ts';
import { listAttachments } from '../src/stage/observe.ts';
import { StageError } from '../src/stage/stage-error.ts';
import type { Exchange } from '../src/target/exchange.ts';
import { isUnavailable } from '../src/target/unavailable.ts';
import type { RunContext } from './context.ts';
import { type Outcome, outcomeOf, skippedAs, verdictOf } from './outcome.ts';
import { performHistory } from './perform-history.ts';
import { performWatch } from './perform-watch.ts';
import { timingOf } from './timing.ts';

/** The way of one case: lease, exchange, judgement, effect, and the lease given back; again where a moment had passed. Never throws. */
export async function perform(context: RunContext, one: Case): Promise<CaseResult> {
  if (one.history) return performHistory(context, one, one.history);
  if (one.watch) return performWatch(context, one);
  const startedAt = Date.now();
  const exchanges: Exchange[] = [];
  const done = (rest: Pick<CaseResult, 'verdict'> & Partial<CaseResult>): CaseResult => ({
    id: one.id,
    deviations: [],
    findings: [],
    startedAt,
    durationMs: Date.now() - startedAt,
    requests: exchanges.length,
    ...rest,
    exchanges: rest.verdict === 'pass' && !context.keepsExchanges ? [] : exchanges,
  });
  if (one.skip) return done(skippedAs(one.skip));
  const { attempts } = context.contract.data.stage.moments;
  for (let attempt = 1; ; attempt += 1) {
    exchanges.length = 0;
    const page = repetitionName(one.id, one.repetition);
    const outcome = await attemptCase(context, one, exchanges, attempt === 1 ? page : `${page}~${attempt}`);
    if (outcome === 'too late' && attempt < attempts && !context.isCancelled()) continue;
    if (outcome === 'too late') {
      const detail = `${one.given.state}: it was over before the answer came, ${attempt} times`;
      return done(skippedAs({ reason: 'state unreachable', detail }));
    }
    return done(outcome);
  }
}

/** One try of a case. `too late`: the moment that it is about had passed, so the answer proves nothing. */
async function attemptCase(
  context: RunContext,
  one: Case,
  exchanges: Exchange[],
  page: string,
): Promise<Outcome | 'too late'> {
  const scope = context.recorder?.scope(page) ?? null;
  const api = context.stage.api.within(scope);
  let facts: CaseFacts | undefined;
  let lease: Lease | undefined;
  let place: Parameters<Lease['release']>[0] = 'unknown';
  try {
    lease = await context.stage.lease(one);
    const { deviations, refused, lasted, timing } = await exchangeAndJudge(context, api, one, lease, exchanges);
    facts = { kind: 'case', case: one.id, lease: leaseFacts(lease), lasted, waits: scope?.waits ?? [] };
    const { effect = 'none' } = one.expect;
    if (deviations.length === 0) place = effect === 'none' || effect === 'updated' || refused ? 'as before' : effect;
    // A refusal that was expected can only come from the moment; a success may come from after it.
    if (!lasted && !(refused && deviations.length === 0)) return 'too late';
    return { ...verdictOf(one, deviations, context.judged), ...(timing === null ? {} : { timings: [timing] }) };
  } catch (error) {
    return outcomeOf(error, context, one);
  } finally {
    if (scope) context.recorder?.page(scope, facts);
    // What cannot be put back shows in the cases that need it, and in the clean-up.
    await lease?.release(place).catch(() => undefined);
  }
}

interface Judged {
  deviations: Deviation[];
  /** Whether the answer was a declared refusal. */
  refused: boolean;
  /** Whether the server was in its situation until after the answer. */
  lasted: boolean;
  /** Null where nothing was to be completed, or was not. */
  timing: Timing | null;
}

async function exchangeAndJudge(
  { contract, schemas }: RunContext,
  api: CloudApi,
  one: Case,
  lease: Lease,
  exchanges: Exchange[],
): Promise<Judged> {
  const { values, serverId } = lease;
  const wholeList = one.expect.items && serverId ? await listAttachments(api, serverId, one.microversion) : undefined;
  const exchange = await api.send(one.persona, 'compute', fill(one.request, values));
  exchanges.push(exchange);
  // What could not be taken at all says nothing about the API, and a case's own request is not sent twice.
  if (isUnavailable(exchange.response.status))
    throw new StageError(`the target was not available: ${describe(exchange)}`);
  const lasted = !lease.isMoment || (await lease.lasts());
  const deviations = judge(one, exchange, { contract, schemas, values, ...(wholeList ? { wholeList } : {}) });
  const refused = operationOf(contract, one).declared[exchange.response.status]?.fault !== undefined;
  const judged: Judged = { deviations, refused, lasted, timing: null };
  if (deviations.some(({ what }) => what === 'status') && one.expect.effect !== 'none') return judged;
  // Where refusal and success are both legal, the answer tells which effect to look for.
  const { effect, shown } = one.expect;
  const wanted = refused && shown === undefined ? 'none' : effect;
  const { expected, received, seen } = await watchEffect(api, one, lease, wanted);
  if (received !== null) deviations.push({ what: 'effect', expected, received, level: one.level });
  return { ...judged, timing: seen ? timingOf(one, exchange, seen, api.data.states) : null };
}
