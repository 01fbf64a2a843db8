import { now } from '../../dates.ts';
import type { Outcome } from '../../environment.ts';
import type { World } from '../../world.ts';
import type { InstanceAction, Server, VmState } from '../server.ts';
import { type Origin, startEvent } from './actions-log.ts';
import { exclusively } from './exclusively.ts';
import { OFFLOADING_TASK, offloading, type Transition } from './lifecycle.ts';

/** Takes a server through a transition behind the answer. */
export function startTransition(world: World, server: Server, transition: Transition, origin: Origin): void {
  const action = world.nova.record(server, transition.action, origin);
  const all = typeof transition.tasks === 'function' ? transition.tasks(server) : transition.tasks;
  const tasks = [all[0] ?? null, ...all.slice(1)];
  server.taskState = tasks[0] ?? null;
  world.clock.background(() => exclusively(server, () => transit(world, server, { transition, action, tasks })));
}

interface Journey {
  readonly transition: Transition;
  readonly action: InstanceAction;
  readonly tasks: readonly (string | null)[];
}

async function transit(world: World, server: Server, { transition, action, tasks }: Journey): Promise<void> {
  const finish = startEvent(action, `compute_${transition.action.toLowerCase()}_instance`, server.host);
  const before = { vmState: server.vmState, flavor: server.beforeResize?.flavor ?? server.flavor };
  const outcome = outcomeOf(world, transition);
  // A deletion or a reset of the state takes the server out of the host's hands, also while others were there.
  if (server.taskState !== (tasks[0] ?? null)) return finish('Error');
  for (const task of tasks) {
    server.taskState = task;
    await world.clock.step();
    if (server.taskState !== task) return finish('Error');
  }
  if (outcome === 'never') return;
  await world.clock.step();
  if (server.taskState !== (tasks.at(-1) ?? null)) return finish('Error');
  server.updatedAt = now();
  if (outcome !== 'done') {
    if (moves(transition)) Object.assign(server, { flavor: before.flavor, beforeResize: null });
    server.taskState = null;
    if (outcome === 'error') fail(server, failureOf(server, transition));
    return finish('Error');
  }
  const to = typeof transition.to === 'function' ? transition.to(server) : transition.to;
  await transition.effect?.(world, server);
  if (server.taskState !== (tasks.at(-1) ?? null)) return finish('Error');
  arrive(server, to, transition.power);
  world.behaviour.effects.afterAction(server, transition.key);
  finish('Success');
  if (transition.key === 'shelve' && to === 'shelved') await offloadLater(world, server, action);
}

function arrive(server: Server, to: VmState, power: number): void {
  server.vmState = to;
  server.taskState = null;
  server.powerState = to === 'stopped' ? 4 : power;
}

/** A shelved server loses its host when its time is up; at once means without a moment of rest in between. */
async function offloadLater(world: World, server: Server, action: InstanceAction): Promise<void> {
  const seconds = world.deployment.shelvedOffloadSeconds;
  if (seconds < 0) return;
  if (seconds > 0) {
    world.clock.background(() => offloadWhenDue(world, server.id, action));
    return;
  }
  server.taskState = OFFLOADING_TASK;
  await offload(world, server, action);
}

/** Known by its id only: a server that is gone long before its time is up need not be remembered. */
async function offloadWhenDue(world: World, id: string, action: InstanceAction): Promise<void> {
  await world.clock.wait(world.deployment.shelvedOffloadSeconds * 1000);
  const server = world.nova.servers.get(id);
  if (server?.vmState !== 'shelved' || server.taskState !== null) return;
  server.taskState = OFFLOADING_TASK;
  await exclusively(server, () => offload(world, server, action));
}

function offload(world: World, server: Server, action: InstanceAction): Promise<void> {
  return transit(world, server, { transition: offloading, action, tasks: [OFFLOADING_TASK] });
}

function outcomeOf({ environment, deployment }: World, { key }: Transition): Outcome {
  const known = environment.outcomes.get(key);
  if (known !== undefined) return known;
  if (key === 'pause' && !deployment.pause) return 'back';
  if (key === 'suspend' && !deployment.suspend) return 'back';
  if (moves({ key }) && !deployment.resizeHost) return 'back';
  return key === 'rescue' && !deployment.rescue ? 'error' : 'done';
}

/** Whether a transition needs another host. */
function moves({ key }: Pick<Transition, 'key'>): boolean {
  return key === 'resize' || key === 'migrate';
}

function failureOf({ id }: Server, { key }: Transition): string {
  return key === 'rescue'
    ? `Instance ${id} cannot be rescued: Driver Error: `
    : 'internal error: the hypervisor could not do it';
}

function fail(server: Server, message: string): void {
  server.vmState = 'error';
  server.fault = { code: 500, message, created: now() };
}
