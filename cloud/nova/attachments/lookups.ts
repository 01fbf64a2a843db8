import type { Volume } from '../../cinder/volume.ts';
import { ApiError } from '../../http/api-error.ts';
import type { Call } from '../api/call.ts';
import type { Origin } from '../compute/actions-log.ts';

/** The volume that the caller may see; refuses under the given name where there is none. */
export function volumeNamed(call: Call, id: string, refusal: string): Volume {
  try {
    return call.world.cinder.volume(call.token, id);
  } catch (error) {
    if (error instanceof ApiError) throw call.refusal(refusal, { volume: id });
    throw error;
  }
}

/** What an instance action keeps of the caller. */
export function originOf(call: Call): Origin {
  return {
    requestId: call.exchange.requestId,
    userId: call.token.user.id,
    projectId: call.token.project?.id ?? '',
  };
}
