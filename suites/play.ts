import type { ScenarioStep } from '../src/contract/async-data.ts';
import type { Case } from '../src/plan/case.ts';
import { merge } from '../src/plan/patch.ts';
import { fill } from '../src/plan/placeholders.ts';
import type { CloudApi } from '../src/stage/cloud-api.ts';
import type { Lease } from '../src/stage/lease.ts';
import { StageError, UnreachableError } from '../src/stage/stage-error.ts';
import { takeSteps } from '../src/stage/state-steps.ts';
import type { RequestSpec } from '../src/target/exchange.ts';
import { isDone, type PlayedStep } from '../src/watch/played.ts';
import type { Watch } from '../src/watch/watcher.ts';
import type { RunContext } from './context.ts';

/**
 * Plays the scenario of a case, request by request; what it watches is watched to the end before the next one, and where
 * that does not come, the scenario ends.
 */
export async function play(context: RunContext, api: CloudApi, one: Case, lease: Lease): Promise<PlayedStep[]> {
  const scenario = context.contract.data.async.scenarios[one.watch?.scenario ?? ''];
  const { serverId } = lease;
  if (!scenario || serverId === null) throw new StageError('a scenario needs a server');
  const played: PlayedStep[] = [];
  for (const step of scenario.steps) {
    if ('enter' in step) {
      await enter(context, api, serverId, step.enter, lease.values);
    } else {
      const steps = await context.watching.run(() => playStep(context, api, one, lease, step));
      played.push(...steps);
      if (!steps.every(isDone)) break;
    }
  }
  return played;
}

async function enter(
  { contract }: RunContext,
  api: CloudApi,
  serverId: string,
  situation: string,
  values: Record<string, string>,
): Promise<void> {
  const { enter: steps = [], hint } = contract.data.stage.states[situation] ?? {};
  try {
    await takeSteps(api, { serverId, persona: 'member' }, steps, values);
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    throw new UnreachableError(`${situation}: ${error.message}${hint === undefined ? '' : `; needs ${hint}`}`);
  }
}

async function playStep(
  context: RunContext,
  api: CloudApi,
  one: Case,
  lease: Lease,
  step: ScenarioStep,
): Promise<PlayedStep[]> {
  const followers: Promise<PlayedStep[]>[] = [];
  const watches = watchesOf(context, one, lease, step);
  const beside = (step.with ?? []).map(other => playStep(context, api, one, lease, other));
  const sending = context.watcher.watch(api, watches, async () => {
    const exchange = await api.send(one.persona, 'compute', requestOf(context, one, lease, step));
    for (const next of step.then ?? []) followers.push(playStep(context, api, one, lease, next));
    return exchange;
  });
  // Whatever fails, nothing may go on once the scenario has ended.
  await Promise.allSettled([sending, ...beside]);
  await Promise.allSettled(followers);
  const watched = await sending;
  const others = await Promise.all([...beside, ...followers]);
  return [{ ...watched, watches, ...(step.name === undefined ? {} : { name: step.name }) }, ...others.flat()];
}

export function watchesOf(
  { contract }: Pick<RunContext, 'contract'>,
  { microversion }: Case,
  lease: Lease,
  { watch = [], volume, server, hurry }: ScenarioStep,
): Watch[] {
  const { volume: first, otherId, elsewhereId } = lease;
  const [here, there] = server === 'elsewhere' ? [elsewhereId, lease.serverId] : [lease.serverId, elsewhereId];
  return watch.flatMap(({ course: name, volume: own = volume, values }) => {
    const course = contract.data.async.courses[name];
    if (course === undefined) return [];
    const subject = {
      serverId: here ?? '',
      elsewhereId: there,
      volumeId: (own === 'other' ? otherId : first?.id) ?? '',
      otherId: course.observers.includes('other_list') ? otherId : null,
      microversion: course.reads === 'oldest' ? contract.oldest : microversion,
    };
    return [{ name, course: fill(course, { free: 'available', ...values }), subject, hurry: hurry === true }];
  });
}

export function requestOf(
  { contract }: Pick<RunContext, 'contract'>,
  { microversion }: Case,
  lease: Lease,
  { ask, body, volume, server }: ScenarioStep,
): RequestSpec {
  const { negotiation } = contract.documentAt(microversion)['x-novaspec'];
  const operation = contract.operationsAt(microversion).find(({ name }) => name === ask);
  const values = {
    ...lease.values,
    microversion,
    ...(volume === 'other' ? { volume_id: lease.otherId ?? '' } : {}),
    ...(server === 'elsewhere' ? { server_id: lease.elsewhereId ?? '' } : {}),
  };
  const base =
    typeof ask === 'string'
      ? {
          method: operation?.method ?? '',
          path: operation?.path.replaceAll(/\{(\w+)\}/g, '{{$1}}') ?? '',
          body: operation?.data.request?.body,
        }
      : ask;
  const whole = body === undefined ? base.body : merge(base.body, body);
  const headers = { [negotiation.header]: negotiation.value };
  return fill(
    { method: base.method, path: base.path, headers, ...(whole === undefined ? {} : { body: whole }) },
    values,
  );
}
