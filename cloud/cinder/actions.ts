import { ApiError } from '../http/api-error.ts';
import { emptyReply, jsonReply, type Reply } from '../http/reply.ts';
import { isObject, type Json, type JsonObject, objectAt, stringAt } from '../json.ts';
import type { Token } from '../keystone/token.ts';
import { repr, str } from '../python.ts';
import { volumeActions } from '../unmodelled/cinder.ts';
import { notModelled } from '../unmodelled/not-modelled.ts';
import type { Cinder } from './cinder.ts';
import { needAdmin, needMember } from './policy.ts';
import type { Volume } from './volume.ts';
import { typeNamed } from './wish.ts';

/** One action on its way. */
interface Act {
  readonly cinder: Cinder;
  readonly volume: Volume;
  readonly options: JsonObject;
}

/** Carries out `POST /volumes/{id}/action`; ApiError 400 where there is no such action. */
export function actOnVolume(cinder: Cinder, token: Token, volume: Volume, body: Json | undefined): Reply {
  const [name = ''] = isObject(body) ? Object.keys(body) : [];
  const act = actions.get(name);
  if (name === '') throw new ApiError(400, 'Malformed request body');
  if (act === undefined && volumeActions.has(name)) throw notModelled('Cinder', `the volume action ${name}`);
  if (act === undefined) {
    throw new ApiError(
      400,
      `There is no such action: ${name}. Verify the request body and Content-Type header and try again.`,
    );
  }
  const rule = memberRules.get(name);
  if (rule !== undefined) needMember(cinder, token, rule);
  const adminRule = adminRules.get(name);
  if (adminRule !== undefined) needAdmin(token, adminRule);
  return act({ cinder, volume, options: objectAt(body, name) });
}

/** The policies of the actions of members; anybody may look. */
const memberRules = new Map([
  ['os-extend', 'volume:extend'],
  ['os-reserve', 'volume_extension:volume_actions:reserve'],
  ['os-unreserve', 'volume_extension:volume_actions:unreserve'],
  ['os-begin_detaching', 'volume_extension:volume_actions:begin_detaching'],
  ['os-roll_detaching', 'volume_extension:volume_actions:roll_detaching'],
  ['os-retype', 'volume:retype'],
  ['os-set_bootable', 'volume:update'],
  ['os-update_readonly_flag', 'volume:update_readonly_flag'],
  ['os-set_image_metadata', 'volume_extension:volume_image_metadata:set'],
  ['os-unset_image_metadata', 'volume_extension:volume_image_metadata:remove'],
]);

/** The policies of the actions of admins. */
const adminRules = new Map([
  ['os-reset_status', 'volume_extension:volume_admin_actions:reset_status'],
  ['os-force_delete', 'volume_extension:volume_admin_actions:force_delete'],
]);

/** The actions by name. */
const actions = new Map<string, (act: Act) => Reply>([
  ['os-reset_status', resetStatus],
  ['os-extend', extend],
  ['os-reserve', ({ cinder, volume }) => done(() => cinder.hold(volume))],
  ['os-unreserve', ({ cinder, volume }) => done(() => cinder.unhold(volume))],
  ['os-begin_detaching', ({ cinder, volume }) => done(() => cinder.beginDetaching(volume))],
  ['os-roll_detaching', ({ cinder, volume }) => done(() => cinder.rollDetaching(volume))],
  ['os-retype', retype],
  ['os-force_delete', forceDelete],
  [
    'os-set_bootable',
    ({ volume, options }) => {
      volume.bootable = flag(options, 'os-set_bootable', 'bootable');
      return emptyReply(200, [['Content-Type', 'application/json']]);
    },
  ],
  [
    'os-update_readonly_flag',
    ({ volume, options }) => {
      const readonly = flag(options, 'os-update_readonly_flag', 'readonly');
      if (volume.status !== 'available') {
        throw new ApiError(
          400,
          `Invalid volume: Volume ${volume.id} status must be available to update readonly flag, but current status is: ${volume.status}.`,
        );
      }
      volume.metadata = { ...volume.metadata, readonly: repr(readonly) };
      return accepted();
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
      return emptyReply(200, [['Content-Type', 'text/html; charset=UTF-8']]);
    },
  ],
  ['os-show_image_metadata', ({ volume }) => metadataReply(volume)],
]);

function resetStatus({ cinder, volume, options }: Act): Reply {
  const status = stringAt(options, 'status') ?? volume.status;
  if (status === 'deleting') throw new ApiError(400, 'Cannot reset-state to deleting');
  if (status === 'in-use' && cinder.of(volume).length === 0) {
    throw new ApiError(400, 'Cannot reset-state to in-use because volume does not have any attachments.');
  }
  volume.status = status;
  volume.attachStatus = stringAt(options, 'attach_status') ?? volume.attachStatus;
  const migration = stringAt(options, 'migration_status');
  if (migration !== undefined) volume.migrationStatus = migration === 'none' ? null : migration;
  return accepted();
}

function extend({ cinder, volume, options }: Act): Reply {
  const wanted = options.new_size;
  const size = typeof wanted === 'string' && /^[0-9]+$/.test(wanted) ? Number(wanted) : wanted;
  if (typeof size !== 'number') {
    throw new ApiError(
      400,
      `Invalid input for field/attribute new_size. Value: ${str(wanted)}. ${repr(wanted)} does not match '^[0-9]+$'`,
    );
  }
  if (size <= volume.size) {
    throw new ApiError(
      400,
      `Invalid input received: New size for extend must be greater than current size. (current: ${volume.size}, extended: ${size}).`,
    );
  }
  if (volume.status !== 'available' && volume.status !== 'in-use') {
    throw new ApiError(
      400,
      `Invalid volume: Volume ${volume.id} status must be available to extend, current status is: ${volume.status}.`,
    );
  }
  cinder.extend(volume, size);
  return accepted();
}

function retype({ cinder, volume, options }: Act): Reply {
  if (options.new_type === undefined) {
    throw new ApiError(
      400,
      `Invalid input for field/attribute os-retype. Value: ${repr(options)}. 'new_type' is a required property`,
    );
  }
  const type = typeNamed(cinder, options.new_type);
  if (!['available', 'in-use'].includes(volume.status) || volume.migrationStatus !== null || type === volume.type) {
    throw new ApiError(
      400,
      'Invalid volume: Retype needs volume to be in available or in-use state, not be part of an active migration or a consistency group, requested type has to be different that the one from the volume, and for in-use volumes front-end qos specs cannot change.',
    );
  }
  if (volume.status === 'in-use' && type.multiattach !== volume.type.multiattach) {
    throw new ApiError(
      400,
      "Invalid input received: Changing the 'multiattach' value of a volume that is in use is not allowed.",
    );
  }
  cinder.retype(volume, type);
  return accepted();
}

function forceDelete({ cinder, volume }: Act): Reply {
  cinder.forceDelete(volume);
  return accepted();
}

const yes = [true, 'True', 'TRUE', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes', 'y', 't'];
const no = [false, 'False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', 'no', 'n', 'f'];

/** A yes or no in the options of an action; ApiError 400 where it is missing or neither. */
function flag(options: JsonObject, action: string, name: string): boolean {
  const value = options[name];
  if (value === undefined) {
    throw new ApiError(
      400,
      `Invalid input for field/attribute ${action}. Value: ${repr(options)}. ${repr(name)} is a required property`,
    );
  }
  if (yes.some(each => each === value)) return true;
  if (no.some(each => each === value)) return false;
  throw new ApiError(
    400,
    `Invalid input for field/attribute ${name}. Value: ${str(value)}. ${repr(value)} is not one of ${repr([...yes, ...no])}`,
  );
}

function done(change: () => void): Reply {
  change();
  return accepted();
}

function accepted(): Reply {
  return emptyReply(202, [['Content-Type', 'application/json']]);
}

function metadataReply({ imageMetadata }: Volume): Reply {
  return jsonReply(200, { metadata: Object.fromEntries(imageMetadata) });
}
