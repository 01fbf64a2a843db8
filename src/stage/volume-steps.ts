import type { VolumeStep } from '../contract/stage-data.ts';
import { answerText, type CloudApi, describe, succeeded } from './cloud-api.ts';
import { readVolume } from './observe.ts';
import { StageError, UnreachableError } from './stage-error.ts';

/** Brings a volume into a situation, or out of it, by an action of the volume API. @throws UnreachableError, StageError */
export async function takeVolumeStep(
  api: CloudApi,
  volumeId: string,
  { as, action, until }: VolumeStep,
): Promise<void> {
  const { answers, limits } = api.data;
  const name = Object.keys(action as object)[0] ?? '';
  if (!api.hasPersona(as)) throw new UnreachableError(`the volume action ${name} needs the persona ${as}`);
  const exchange = await api.ask(as, 'volume', 'POST', `/volumes/${volumeId}/action`, action);
  if (!succeeded(exchange)) {
    if (answers.not_offered.includes(exchange.response.status)) {
      throw new UnreachableError(`the volume action ${name} was answered ${answerText(exchange)}`);
    }
    throw new StageError(`the volume action ${name}: ${describe(exchange)}`);
  }
  let status = '';
  const done = await api.wait(async () => {
    status = (await readVolume(api, 'member', volumeId))?.status ?? 'gone';
    return until.includes(status) ? true : undefined;
  }, limits.volume_state);
  if (!done)
    throw new StageError(`the volume action ${name}: volume ${volumeId} is ${status} after ${limits.volume_state} s`);
}
