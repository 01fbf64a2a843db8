import type { BodyFrom } from '../contract/stage-data.ts';
import { merge } from '../plan/patch.ts';
import { fill } from '../plan/placeholders.ts';
import type { Choices } from './choices.ts';
import type { CloudApi } from './cloud-api.ts';
import { StageError } from './stage-error.ts';

/**
 * The body that creates a server: what was chosen is laid over the newest one that the target takes.
 * @throws StageError where it needs what could not be chosen
 */
export function serverBody(
  api: CloudApi,
  choices: Choices,
  bodies: BodyFrom[],
  values: Record<string, string>,
): unknown {
  const { no_network, network, availability_zone } = api.data.server.options;
  const own = choices.network === 'none' ? null : choices.network;
  const parts = [
    ...(choices.network === 'none' ? [no_network.body] : []),
    ...(own === null ? [] : [network]),
    ...(choices.availabilityZone === null ? [] : [availability_zone]),
  ];
  const body = parts.reduce<unknown>(merge, api.bodyFor(bodies, {}));
  return complete(body, choices, {
    ...(own === null ? {} : { network: own.id }),
    ...(choices.availabilityZone === null ? {} : { availability_zone: choices.availabilityZone }),
    ...values,
  });
}

/** The body that creates a volume of a type, or of the chosen one. @throws StageError where it needs what could not be chosen */
export function volumeBody(
  api: CloudApi,
  choices: Choices,
  body: unknown,
  values: Record<string, string>,
  type: string | null = choices.volumeType,
): unknown {
  const { options } = api.data.volume;
  const { volumeZone } = choices;
  const parts = [...(type === null ? [] : [options.type]), ...(volumeZone === null ? [] : [options.availability_zone])];
  return complete(parts.reduce<unknown>(merge, body), choices, {
    ...(type === null ? {} : { type }),
    ...(volumeZone === null ? {} : { availability_zone: volumeZone }),
    ...values,
  });
}

function complete(body: unknown, { image, flavor, missing }: Choices, values: Record<string, string>): unknown {
  const text = JSON.stringify(body);
  if (image === null && text.includes('{{image_')) throw new StageError(missing.image ?? 'there is no image');
  if (flavor === null && text.includes('{{flavor_')) throw new StageError(missing.flavor ?? 'there is no flavor');
  return fill(body, {
    ...(image === null ? {} : { image_id: image.id, image_disk: String(image.disk) }),
    ...(flavor === null ? {} : { flavor_id: flavor.id }),
    ...values,
  });
}
