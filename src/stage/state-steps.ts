import type { StateStep } from '../contract/stage-data.ts';
import { fill } from '../plan/placeholders.ts';
import type { Exchange } from '../target/exchange.ts';
import { answerText, type CloudApi, describe, succeeded } from './cloud-api.ts';
import { isIdle, readServer, type ServerView, serverText, shows } from './server-view.ts';
import { StageError, UnreachableError } from './stage-error.ts';

/** A server and its owner. */
export interface OwnServer {
  serverId: string;
  persona: string;
}

/**
 * Takes a server through steps and waits for the end of each; `seen`: what it showed last, for whoever knows that nothing else
 * has been done to it since. Gives what it shows in the end.
 * @throws UnreachableError when the cloud does not offer a step, StageError when it fails
 */
export async function takeSteps(
  api: CloudApi,
  own: OwnServer,
  steps: readonly StateStep[],
  values: Record<string, string>,
  seen?: ServerView | null,
): Promise<ServerView | null> {
  let view = seen === undefined ? await readServer(api, own.persona, own.serverId) : seen;
  for (const step of steps) {
    if (step.unless !== undefined && shows(view, step.unless)) continue;
    api.mustGoOn();
    await sendStep(api, own, step, values);
    view = await waitFor(api, own, step, view);
  }
  return view;
}

/** Sends a step's request and does not wait for what it brings about. @throws UnreachableError, StageError */
export async function sendStep(
  api: CloudApi,
  own: OwnServer,
  step: StateStep,
  values: Record<string, string>,
): Promise<Exchange> {
  const exchange = await askStep(api, own, step, values);
  if (succeeded(exchange)) return exchange;
  if (api.data.answers.not_offered.includes(exchange.response.status)) {
    throw new UnreachableError(`${stepName(step)} was answered ${answerText(exchange)}`);
  }
  throw new StageError(`${stepName(step)}: ${describe(exchange)}`);
}

/** Sends a step's request and gives whatever comes back. @throws UnreachableError when it cannot even be sent */
export async function askStep(
  api: CloudApi,
  { serverId, persona }: OwnServer,
  step: StateStep,
  values: Record<string, string>,
): Promise<Exchange> {
  const caller = step.as ?? persona;
  if (!api.hasPersona(caller)) throw new UnreachableError(`${stepName(step)} needs the persona ${caller}`);
  const action = fill(step.action, values);
  const [lacking] = /\{\{[^{}]+\}\}/.exec(JSON.stringify(action ?? null)) ?? [];
  if (lacking !== undefined) throw new UnreachableError(`${stepName(step)} has no ${lacking}`);
  const path = `/servers/${serverId}`;
  api.counts.actionSent();
  return step.delete
    ? await api.ask(caller, 'compute', 'DELETE', path)
    : await api.ask(caller, 'compute', 'POST', `${path}/action`, action);
}

async function waitFor(
  api: CloudApi,
  { serverId, persona }: OwnServer,
  step: StateStep,
  before: ServerView | null,
): Promise<ServerView | null> {
  const { limits, server } = api.data;
  let last: ServerView | null = before;
  let idleSince: number | undefined;
  const done = await api.wait(async () => {
    last = await readServer(api, persona, serverId);
    if (shows(last, step.until)) return true;
    if (last === null) throw new UnreachableError(`${stepName(step)}: the server is gone instead`);
    if (step.instead !== undefined && shows(last, step.instead)) {
      throw new UnreachableError(`${stepName(step)}: the server came to ${serverText(last)} instead`);
    }
    if (server.failed.includes(last.status) && last.status !== before?.status) {
      throw new StageError(`${stepName(step)}: server ${serverId} went to ${serverText(last)}`);
    }
    // Without a task and as before: the cloud has given the action up, or it has not begun yet.
    if (!isIdle(last) || last.status !== before?.status) idleSince = undefined;
    else idleSince ??= api.time.now();
    if (idleSince !== undefined && api.time.now() - idleSince > limits.server_settle * 1000) {
      throw new UnreachableError(`${stepName(step)}: accepted, but the server stayed ${serverText(last)}`);
    }
    return undefined;
  }, limits.server_state);
  if (done) return last;
  throw new StageError(
    `${stepName(step)}: server ${serverId} did not get there within ${limits.server_state} s (${serverText(last)})`,
  );
}

function stepName({ action, delete: deletes }: StateStep): string {
  return deletes ? 'DELETE of the server' : `the action ${Object.keys(action ?? {})[0] ?? ''}`;
}
