import { ApiError } from '../../http/api-error.ts';
import { parseQuery } from '../../http/query.ts';
import { repr } from '../../python.ts';
import type { Call } from './call.ts';
import type { Step } from './step.ts';

/** The query parameters that an answer knows, and the minor microversion from which on it refuses others. */
export interface QueryNames {
  readonly since: number;
  readonly known: readonly string[];
  /** Whether names that begin with an underscore are let through, and the refusal speaks of that. */
  readonly underscored?: true;
}

/** Of the list of servers, with and without details (`nova/api/openstack/compute/schemas/servers.py@34`). */
export const serverQuery: QueryNames = {
  since: 75,
  underscored: true,
  known: (
    'user_id project_id tenant_id launch_index image_ref image kernel_id ramdisk_id hostname key_name instance_type_id ' +
    'locked_by node power_state progress root_device_name config_drive access_ip_v4 access_ip_v6 auto_disk_config ' +
    'created_at updated_at launched_at terminated_at changes-since changes-before all_tenants sort_key sort_dir limit ' +
    'marker deleted status name flavor uuid reservation_id host vm_state task_state display_name display_description ' +
    'description ip ip6 availability_zone soft_deleted tags tags-any not-tags not-tags-any locked'
  ).split(' '),
};

/** Of the list of flavors. */
export const flavorQuery: QueryNames = {
  since: 75,
  known: ['limit', 'marker', 'is_public', 'minRam', 'minDisk', 'sort_key', 'sort_dir'],
};

/** Of the limits. */
export const limitsQuery: QueryNames = { since: 75, known: ['tenant_id', 'reserved'] };

/** Of a quota set. */
export const quotaQuery: QueryNames = { since: 75, known: ['user_id'] };

/** Of the actions of a server, which had no pages before. */
export const actionsQuery: QueryNames = { since: 58, known: ['limit', 'marker', 'changes-since', 'changes-before'] };

/** Of everything else. */
export const noQuery: QueryNames = { since: 102, known: [] };

/** Refuses query parameters that nobody knows. */
export function queryNamesStep({ since, known, underscored }: QueryNames): Step {
  return {
    name: 'query-names',
    run: (call: Call) => {
      if (call.minor < since || call.exchange.query === '') return;
      const names = new Set((parseQuery(call.exchange.query) ?? []).map(([name]) => name));
      const unknown = [...names].filter(name => !known.includes(name) && !(underscored && name.startsWith('_')));
      if (unknown.length === 0) return;
      const list = (underscored ? unknown.toSorted() : unknown).map(repr).join(', ');
      const one = unknown.length === 1;
      throw new ApiError(
        400,
        underscored
          ? `${list} ${one ? 'does' : 'do'} not match any of the regexes: '^_'`
          : `Additional properties are not allowed (${list} ${one ? 'was' : 'were'} unexpected)`,
      );
    },
  };
}
