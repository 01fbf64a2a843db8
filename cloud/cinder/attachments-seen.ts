import { ApiError } from '../http/api-error.ts';
import { queryValue } from '../http/query.ts';
import type { Cinder } from './cinder.ts';
import { filtersOf } from './filters.ts';
import type { Call } from './respond.ts';
import type { CinderAttachment } from './volume.ts';

/** The attachments that the caller may see and the query asks for; ApiError 404 before 3.27. */
export function attachmentsSeen(cinder: Cinder, call: Call): CinderAttachment[] {
  needAttachments(call);
  const { token, exchange } = call;
  const wanted = filtersOf(exchange.query, ['volume_id', 'status', 'instance_id', 'attach_status'], call.minor);
  const all = token.roles.includes('admin') && queryValue(exchange.query, 'all_tenants') !== undefined;
  return (
    [...cinder.attachments.values()]
      .filter(({ volumeId }) => all || cinder.volumes.get(volumeId)?.projectId === token.project?.id)
      .filter(({ volumeId }) => volumeId === (wanted.get('volume_id') ?? volumeId))
      .filter(({ serverId }) => serverId === (wanted.get('instance_id') ?? serverId))
      // An attachment has no column of the name `status`: Cinder lets the filter through and finds nothing.
      .filter(({ status }) => !wanted.has('status') && status === (wanted.get('attach_status') ?? status))
  );
}

/** The attachment that a path names; ApiError 404 where the caller sees none. */
export function attachmentSeen(cinder: Cinder, call: Call): CinderAttachment {
  needAttachments(call);
  const id = call.exchange.params.id ?? '';
  const found = cinder.attachments.get(id);
  const owner = found && cinder.volumes.get(found.volumeId)?.projectId;
  if (found !== undefined && (call.token.roles.includes('admin') || owner === call.token.project?.id)) return found;
  throw new ApiError(404, `Volume attachment could not be found with filter: attachment_id = ${id}.`);
}

function needAttachments({ minor }: Call): void {
  if (minor < 27) throw new ApiError(404, 'The resource could not be found.');
}
