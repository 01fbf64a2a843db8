import { ApiError } from '../http/api-error.ts';
import { emptyReply, jsonReply, type Reply } from '../http/reply.ts';
import { isObject, type Json, type JsonObject, objectAt, stringAt } from '../json.ts';
import type { Token } from '../keystone/token.ts';
import { repr, str } from '../python.ts';
import type { Cinder } from './cinder.ts';
import type { Volume } from './volume.ts';

/** One action on its way. */
interface Act {
  readonly cinder: Cinder;
  readonly token: Token;
  readonly volume: Volume;
  readonly options: JsonObject;
}

/** Carries out `POST /volumes/{id}/action`; ApiError 400 where there is no such action. */
export function actOnVolume(cinder: Cinder, token: Token, volume: Volume, body: Json | undefined): Reply {
  const [name = ''] = isObject(body) ? Object.keys(body) : [];
  const act = actions.get(name);
  if (act === undefined) {
    throw new ApiError(
      400,
      `There is no such action: ${name}. Verify the request body and Content-Type header and try again.`,
    );
  }
  return act({ cinder, token, volume, options: objectAt(body, name) });
}

/** The actions by name; all but the reset are a member's. */
const actions = new Map<string, (act: Act) => Reply>([
  ['os-reset_status', resetStatus],
  ['os-extend', extend],
  ['os-reserve', ({ cinder, volume }) => done(() => cinder.hold(volume))],
  ['os-unreserve', ({ cinder, volume }) => done(() => cinder.unhold(volume))],
  ['os-begin_detaching', ({ cinder, volume }) => done(() => cinder.beginDetaching(volume))],
  ['os-roll_detaching', ({ cinder, volume }) => done(() => cinder.rollDetaching(volume))],
  [
    'os-set_bootable',
    ({ volume, options }) => {
      volume.bootable = options.bootable === true || options.bootable === 'true';
      return html(200);
    },
  ],
  [
    'os-set_image_metadata',
    ({ volume, options }) => {
      if (!isObject(options.metadata)) {
        throw new ApiError(
          400,
          `Invalid input for field/attribute os-set_image_metadata. Value: ${repr(options)}. 'metadata' is a required property`,
        );
      }
      for (const [key, value] of Object.entries(options.metadata)) volume.imageMetadata.set(key, str(value));
      return metadataReply(volume);
    },
  ],
  [
    'os-unset_image_metadata',
    ({ volume, options }) => {
      if (!volume.imageMetadata.delete(stringAt(options, 'key') ?? '')) {
        throw new ApiError(404, `Glance metadata for volume/snapshot ${volume.id} cannot be found.`);
      }
      return html(200);
    },
  ],
  ['os-show_image_metadata', ({ volume }) => metadataReply(volume)],
]);

function resetStatus({ cinder, token, volume, options }: Act): Reply {
  if (!token.roles.includes('admin')) {
    throw new ApiError(403, "Policy doesn't allow volume_extension:volume_admin_actions:reset_status to be performed.");
  }
  const status = stringAt(options, 'status') ?? volume.status;
  if (status === 'deleting') throw new ApiError(400, 'Cannot reset-state to deleting');
  if (status === 'in-use' && cinder.of(volume).length === 0) {
    throw new ApiError(400, 'Cannot reset-state to in-use because volume does not have any attachments.');
  }
  volume.status = status;
  volume.attachStatus = stringAt(options, 'attach_status') ?? volume.attachStatus;
  const migration = stringAt(options, 'migration_status');
  if (migration !== undefined) volume.migrationStatus = migration === 'none' ? null : migration;
  return html(202);
}

function extend({ volume, options }: Act): Reply {
  const size = options.new_size;
  if (typeof size !== 'number' || size <= volume.size) {
    throw new ApiError(
      400,
      `Invalid input received: New size for extend must be greater than current size. (current: ${volume.size}, extended: ${str(size)}).`,
    );
  }
  volume.size = size;
  return html(202);
}

function done(change: () => void): Reply {
  change();
  return html(202);
}

function html(status: number): Reply {
  return emptyReply(status, [['Content-Type', 'text/html; charset=UTF-8']]);
}

function metadataReply({ imageMetadata }: Volume): Reply {
  return jsonReply(200, { metadata: Object.fromEntries(imageMetadata) });
}
