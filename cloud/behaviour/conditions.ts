import type { JsonObject } from '../json.ts';
import type { Release } from '../releases.ts';

/** How a refusal reads; `{name}` in the message is filled in. */
export interface Condition {
  status: number;
  message: string;
}

/**
 * Every refusal of Nova's attachments by name. A name with an operation in front (`create.volume-unknown`) goes before
 * the plain one.
 */
export interface Conditions {
  readonly table: Map<string, Condition>;
  /** Status to the key of the error body; a status without one is a computeFault. */
  readonly keys: Map<number, string>;
  /** The body of a refusal with this key. */
  envelope: (key: string, code: number, message: string) => JsonObject;
}

/** The refusals of the release. */
export function createConditions(release: Release): Conditions {
  const swapRefusal = release.notMigrating ?? '';
  const rows: readonly (readonly [name: string, status: number, message: string])[] = [
    ['version-format', 400, 'API Version String {version} is of invalid format. Must be of format MajorNum.MinorNum.'],
    ['version-range', 406, 'Version {version} is not supported by the API. Minimum is 2.{min} and maximum is 2.{max}.'],
    ['content-type', 415, 'Unsupported Content-Type'],
    ['json', 400, 'Malformed request body'],
    [
      'project-url',
      400,
      "Malformed request URL: URL's project_id '{url}' doesn't match Context's project_id '{token}'",
    ],
    ['query-encoding', 400, 'Query string is not UTF-8 encoded'],
    ['schema', 400, '{text}'],
    ['server-unknown', 404, 'Instance {server} could not be found.'],
    ['policy', 403, "Policy doesn't allow os_compute_api:os-volumes-attachments:{rule} to be performed."],
    ['locked', 409, 'Instance {server} is locked'],
    ['vm-state', 409, "Cannot '{action}' instance {server} while it is in vm_state {state}"],
    ['task-state', 409, "Cannot '{action}' instance {server} while it is in task_state {state}"],
    ['not-launched', 409, "Instance {server} is in an invalid state for '{action}'"],
    ['volume-unknown', 404, 'Volume {volume} could not be found.'],
    ['attached', 400, 'Invalid volume: volume {volume} is already attached to instances: {servers}'],
    ['attached-here', 400, 'Invalid volume: volume {volume} already attached'],
    ['offloaded-tag', 400, 'Tagged volume attachment is not supported for shelved-offloaded instances.'],
    ['offloaded-multiattach', 400, 'Attaching multiattach volumes is not supported for shelved-offloaded instances.'],
    ['tag-unsupported', 400, 'Tagged volume attachment is not supported for this server instance.'],
    [
      'multiattach-unsupported',
      400,
      "Volume {volume} has 'multiattach' set, which is not supported for this instance.",
    ],
    [
      'too-many-disks',
      403,
      'The maximum allowed number of disk devices ({limit}) to attach to a single instance has been exceeded.',
    ],
    ['device-in-use', 409, 'The supplied device path ({device}) is in use.'],
    ['multiattach-version', 400, 'Multiattach volumes are only supported starting with compute API version 2.60.'],
    ['reserve-refused', 400, 'Invalid input received: {text}'],
    ['not-attached', 404, 'Instance {server} is not attached to volume {volume}'],
    ['root', 400, 'Cannot detach a root device volume'],
    ['detach-refused', 400, 'Invalid volume: Invalid input received: {text}'],
    ['row-unknown', 404, 'No volume Block Device Mapping with id {volume}.'],
    ['immutable', 400, 'The {property} property is not mutable'],
    ['not-migrating', 409, swapRefusal],
    ['new-volume-unknown', 400, 'Volume {volume} could not be found.'],
    ['old-elsewhere', 400, 'Invalid volume: Old volume is attached to a different instance.'],
    ['new-not-free', 400, 'Invalid volume: New volume must be detached in order to swap.'],
    ['new-too-small', 400, 'Invalid volume: New volume must be the same size or larger.'],
    ['shared', 400, 'Swapping multi-attach volumes with more than one read/write attachment is not supported.'],
  ];
  return {
    table: new Map(rows.map(([name, status, message]) => [name, { status, message }])),
    keys: new Map([
      [400, 'badRequest'],
      [403, 'forbidden'],
      [404, 'itemNotFound'],
      [409, 'conflictingRequest'],
      [413, 'overLimit'],
      [415, 'badMediaType'],
      [501, 'notImplemented'],
      [503, 'serviceUnavailable'],
    ]),
    envelope: (key, code, message) => ({ [key]: { code, message } }),
  };
}
