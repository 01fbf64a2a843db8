import { now } from '../../dates.ts';
import { newRequestId } from '../../ids.ts';
import type { World } from '../../world.ts';
import type { ActionEvent, InstanceAction } from '../server.ts';

/** Starts an event of an action and answers how to finish it. */
export function startEvent(
  action: InstanceAction,
  event: string,
  host: string | null,
): (result: 'Success' | 'Error') => void {
  const started: ActionEvent = { event, startTime: now(), finishTime: null, result: null, host };
  action.events = [started].concat(action.events);
  action.updatedAt = now();
  return result => end(action, started, result);
}

/** Finishes the newest event of an action. */
export function endEvent(action: InstanceAction, result: 'Success' | 'Error'): void {
  const [newest] = action.events;
  if (newest !== undefined) end(action, newest, result);
}

function end(action: InstanceAction, event: ActionEvent, result: 'Success' | 'Error'): void {
  event.finishTime = now();
  event.result = result;
  action.updatedAt = now();
  if (result === 'Error') action.message = 'Error';
}

/** Who asks: what an instance action keeps of a request. */
export type Origin = Pick<InstanceAction, 'requestId' | 'userId' | 'projectId'>;

/** An action that is noted with the server, or only kept for this moment where a fault forgets actions. */
export function recordAction(
  world: World,
  server: Parameters<World['nova']['record']>[0],
  name: string,
  origin: Origin,
): InstanceAction {
  const { recordsAction, ownActionIds } = world.behaviour.effects;
  const noted = ownActionIds ? { ...origin, requestId: newRequestId() } : origin;
  if (recordsAction(name)) return world.nova.record(server, name, noted);
  const moment = now();
  return { ...origin, action: name, startTime: moment, updatedAt: moment, message: null, events: [] };
}
