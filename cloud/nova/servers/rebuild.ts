import { ApiError } from '../../http/api-error.ts';
import type { Reply } from '../../http/reply.ts';
import { newSecret } from '../../ids.ts';
import { objectAt, stringAt } from '../../json.ts';
import { str } from '../../python.ts';
import { bodyObject, type Call } from '../api/call.ts';
import { novaJson } from '../api/respond.ts';
import { originOf } from '../attachments/lookups.ts';
import { rebuilding } from '../compute/lifecycle.ts';
import { startTransition } from '../compute/transit.ts';
import { needIdle, needPolicy, needState, needUnlocked } from './server-guards.ts';
import { changedServerView } from './server-view.ts';
import { changeDetails } from './update-server.ts';

/** The first microversion that puts another image onto the root volume of a server. */
const NEW_IMAGE_ON_VOLUME = 93;

/** Carries out the action `rebuild`: the server starts anew from its image, and keeps its volumes. */
export function rebuild(call: Call): Reply {
  const { server, world } = call;
  const wanted = objectAt(bodyObject(call), 'rebuild');
  needPolicy(call, 'servers:rebuild');
  const image = stringAt(wanted, 'imageRef') ?? '';
  if (image !== world.image.id) throw new ApiError(400, 'Cannot find image for rebuild');
  needUnlocked(call);
  needState(call, 'rebuild', rebuilding.from);
  needIdle(call, 'rebuild');
  if (server.imageId === null && call.minor < NEW_IMAGE_ON_VOLUME && rootImage(call) !== image) {
    throw new ApiError(400, 'Unable to rebuild with a different image for a volume-backed server.');
  }
  changeDetails(server, wanted);
  if ('metadata' in wanted) {
    const entries = Object.entries(objectAt(wanted, 'metadata'));
    server.metadata = Object.fromEntries(entries.map(([key, value]) => [key, str(value)]));
  }
  startTransition(world, server, rebuilding, originOf(call));
  const adminPass = stringAt(wanted, 'adminPass') ?? newSecret(9);
  const userData = call.minor >= 57 ? { user_data: server.userData } : {};
  const key = call.minor >= 54 ? { key_name: server.keyName } : {};
  const view = { ...changedServerView(call, server), ...key, ...userData, adminPass };
  const reply = novaJson(call, 202, { server: view });
  return { ...reply, headers: [...reply.headers, ['Location', `${world.url}/compute/v2.1/servers/${server.id}`]] };
}

/** The image in the root volume, as far as Cinder knows. */
function rootImage({ server, world }: Call): string | undefined {
  const root = server.rows.find(({ bootIndex }) => bootIndex === 0);
  return world.cinder.volumes.get(root?.volumeId ?? '')?.imageMetadata.get('image_id');
}
