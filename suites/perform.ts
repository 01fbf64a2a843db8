import type { Level } from '../src/contract/rule.ts';
import { judge } from '../src/judge/judge.ts';
import type { CaseResult, Deviation } from '../src/judge/verdict.ts';
import type { Case } from '../src/plan/case.ts';
import { fill } from '../src/plan/placeholders.ts';
import { watchEffect } from '../src/stage/effect.ts';
import type { Lease } from '../src/stage/lease.ts';
import { listAttachments } from '../src/stage/observe.ts';
import type { Exchange } from '../src/target/exchange.ts';
import type { RunContext } from './context.ts';

/** The way of one case: lease, exchange, judgement, effect, and the lease given back. Never throws. */
export async function perform(context: RunContext, one: Case): Promise<CaseResult> {
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
    exchanges: rest.verdict === 'pass' ? [] : exchanges,
  });
  if (one.skip) return done({ verdict: 'skipped', skip: one.skip, message: `${one.skip.reason}: ${one.skip.detail}` });
  let lease: Lease | undefined;
  let place: Parameters<Lease['release']>[0] = 'unknown';
  try {
    lease = await context.stage.lease(one);
    const deviations = await exchangeAndJudge(context, one, lease, exchanges);
    const changed =
      one.expect.effect === 'attached' || one.expect.effect === 'detached' ? one.expect.effect : 'as before';
    place = deviations.length === 0 ? changed : 'unknown';
    return done(verdictOf(one, deviations, context.judged));
  } catch (error) {
    return done({ verdict: 'error', message: error instanceof Error ? error.message : String(error) });
  } finally {
    // What cannot be put back shows in the cases that need it, and in the clean-up.
    await lease?.release(place).catch(() => undefined);
  }
}

async function exchangeAndJudge(
  { stage, contract, schemas }: RunContext,
  one: Case,
  lease: Lease,
  exchanges: Exchange[],
): Promise<Deviation[]> {
  const { values, serverId } = lease;
  const wholeList =
    one.expect.items && serverId ? await listAttachments(stage.api, serverId, one.microversion) : undefined;
  const exchange = await stage.api.session(one.persona).send('compute', fill(one.request, values));
  exchanges.push(exchange);
  const deviations = judge(one, exchange, { contract, schemas, values, ...(wholeList ? { wholeList } : {}) });
  if (deviations.some(({ what }) => what === 'status') && one.expect.effect !== 'none') return deviations;
  const { expected, received } = await watchEffect(stage.api, one, lease);
  if (received !== null) deviations.push({ what: 'effect', expected, received, level: one.level });
  return deviations;
}

/** Deviations of a level that is not judged, and all of informative rules, are findings. */
function verdictOf(
  one: Case,
  all: Deviation[],
  judged: readonly Level[],
): Pick<CaseResult, 'verdict'> & Partial<CaseResult> {
  const counts = (deviation: Deviation) => deviation.level !== 'informative' && judged.includes(deviation.level);
  const deviations = all.filter(counts);
  const findings = all.filter(deviation => !counts(deviation));
  const [first] = deviations;
  if (!first) return { verdict: 'pass', findings };
  const what = first.what === 'status' ? '' : `${first.what}: `;
  return {
    verdict: 'fail',
    deviations,
    findings,
    message: `${one.rule}: ${what}expected ${first.expected}, received ${first.received}`,
  };
}
