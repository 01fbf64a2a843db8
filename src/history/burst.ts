import { Belief } from '../model/belief.ts';
import { type Command, commandText, type RequestCommand, type StepCommand } from '../model/command.ts';
import { type Call, linearize } from '../model/linearize.ts';
import { answerText, succeeded } from '../stage/cloud-api.ts';
import { StageError } from '../stage/stage-error.ts';
import { askStep } from '../stage/state-steps.ts';
import type { Exchange } from '../target/exchange.ts';
import { Player } from './player.ts';
import type { Scene } from './scene.ts';

/** A command that can be sent at the same moment as others. */
export type BurstCommand = RequestCommand | StepCommand;

/**
 * Sends commands at the same moment, after what was asked for before, and looks for an order of them that explains all
 * answers and what is there in the end. @throws Broken, Ended, StageError
 */
export async function playBurst(
  scene: Scene,
  given: readonly Command[],
  commands: readonly BurstCommand[],
): Promise<void> {
  const { model, api } = scene.context;
  await new Player(scene, 'settled').play(given);
  const first = scene.played.length;
  for (const command of commands) scene.note(command, 'what some order explains');
  const calls = await Promise.all(commands.map((command, index) => call(scene, command, first + index)));
  for (const [index, command] of commands.entries()) if (calls[index]?.accepted) forgetReplaced(scene, command);
  const worlds = linearize(model, scene.belief.possible, calls);
  if (worlds.length === 0) {
    const received = calls.map(({ command, status }) => `${commandText(command)}: ${status}`).join(', ');
    return scene.failInvariant('explained', 'answers', { expected: 'those of some order', received });
  }
  scene.belief = new Belief(model, worlds);
  await scene.comeToRest(undefined, undefined, 'explained');
  // What comes late comes while nobody waits for it any more.
  await api.time.sleep(api.data.watch.linger);
  await scene.comeToRest(undefined, undefined, 'explained');
}

/** An attach that was accepted began a new attachment, whether or not the end of the one before was ever seen. */
function forgetReplaced(scene: Scene, command: BurstCommand): void {
  if ('step' in command || command.server === null || command.volume === null) return;
  const { one } = scene.context.model.shapeOf(command);
  if (one.expect.effect === 'attached') scene.observer.forget(command.server, command.volume);
}

async function call(scene: Scene, command: BurstCommand, index: number): Promise<Call> {
  const exchange = await ask(scene, command);
  const { startedAt: invoked, durationMs } = exchange;
  const noted = scene.played[index];
  if (noted) scene.played[index] = { ...noted, received: answerText(exchange), exchange };
  return {
    command,
    invoked,
    completed: invoked + durationMs,
    status: exchange.response.status,
    accepted: succeeded(exchange),
  };
}

function ask(scene: Scene, command: BurstCommand): Promise<Exchange> {
  const { model, api, values } = scene.context;
  if (!('step' in command)) {
    const { one } = model.shapeOf(command);
    return scene.send(one, scene.valuesOf(command, one));
  }
  const [only] = model.steps.get(command.step)?.take ?? [];
  if (!only) throw new StageError(`histories know no step ${command.step}`);
  return askStep(api, { serverId: scene.serverId(command.server), persona: 'member' }, only, values);
}
