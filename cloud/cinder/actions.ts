import { ApiError } from '../http/api-error.ts';
import { isObject, type Json, objectAt, stringAt } from '../json.ts';
import type { Token } from '../keystone/token.ts';
import { str } from '../python.ts';
import type { Volume } from './volume.ts';

/** Carries out `POST /volumes/{id}/action`; answers the status of its answer. */
export function actOnVolume(token: Token, volume: Volume, body: Json | undefined): number {
  const [name = ''] = isObject(body) ? Object.keys(body) : [];
  const act = actions.get(name);
  if (act === undefined) throw new ApiError(400, `There is no such action: ${name}`);
  return act(volume, objectAt(body, name), token);
}

type Action = (volume: Volume, options: { readonly [key: string]: Json | undefined }, token: Token) => number;

const actions = new Map<string, Action>([
  [
    'os-reset_status',
    (volume, options, token) => {
      if (!token.roles.includes('admin')) {
        throw new ApiError(
          403,
          "Policy doesn't allow volume_extension:volume_admin_actions:reset_status to be performed.",
        );
      }
      const status = stringAt(options, 'status') ?? volume.status;
      const attachStatus = stringAt(options, 'attach_status') ?? volume.attachStatus;
      if (status === 'deleting' || (status === 'in-use' && attachStatus !== 'attached')) {
        throw new ApiError(400, `Invalid input received: Cannot reset the status to ${status}.`);
      }
      volume.status = status;
      volume.attachStatus = attachStatus;
      const migration = stringAt(options, 'migration_status');
      if (migration !== undefined) volume.migrationStatus = migration === 'none' ? null : migration;
      return 202;
    },
  ],
  [
    'os-set_bootable',
    (volume, options) => {
      volume.bootable = options.bootable === true || options.bootable === 'true';
      return 200;
    },
  ],
  [
    'os-extend',
    (volume, options) => {
      const size = options.new_size;
      if (typeof size !== 'number' || size <= volume.size) {
        throw new ApiError(
          400,
          `Invalid input received: New size for extend must be greater than current size. (current: ${volume.size}, extended: ${str(size)}).`,
        );
      }
      volume.size = size;
      return 202;
    },
  ],
]);
