import type { Exchange } from '../target/exchange.ts';
import { type CloudApi, describe, isGone, succeeded } from './cloud-api.ts';
import { StageError } from './stage-error.ts';

/** An attachment as Nova lists it. */
export type Attachment = Record<string, unknown> & { volumeId: string };

/** A volume as the volume API shows it. */
export interface VolumeView {
  status: string;
  /** Servers that the volume says it is attached to. */
  servers: string[];
}

/** The attachments of a server, at a microversion (default: the stage's own). */
export async function listAttachments(api: CloudApi, serverId: string, microversion?: string): Promise<Attachment[]> {
  const path = `/servers/${serverId}/os-volume_attachments`;
  const exchange = await api.ask('member', 'compute', 'GET', path, undefined, microversion);
  const list = (exchange.response.json as { volumeAttachments?: unknown } | undefined)?.volumeAttachments;
  if (!succeeded(exchange) || !Array.isArray(list)) {
    throw new StageError(`looking at the attachments: ${describe(exchange)}`);
  }
  return list as Attachment[];
}

/** The attachment of a volume on a server, or null. */
export async function findAttachment(
  api: CloudApi,
  serverId: string,
  volumeId: string,
  microversion?: string,
): Promise<Attachment | null> {
  const list = await listAttachments(api, serverId, microversion);
  return list.find(each => each.volumeId === volumeId) ?? null;
}

/** A volume, or null when it is gone. */
export async function readVolume(api: CloudApi, persona: string, volumeId: string): Promise<VolumeView | null> {
  const exchange = await api.ask(persona, 'volume', 'GET', `/volumes/${volumeId}`);
  if (isGone(api, exchange)) return null;
  const volume = (exchange.response.json as { volume?: { status?: unknown; attachments?: unknown } } | undefined)
    ?.volume;
  if (!succeeded(exchange) || typeof volume?.status !== 'string') {
    throw new StageError(`looking at the volume: ${describe(exchange)}`);
  }
  const attachments = (volume.attachments ?? []) as { server_id?: string }[];
  return { status: volume.status, servers: attachments.flatMap(({ server_id }) => (server_id ? [server_id] : [])) };
}

/** Where an attach or detach stands: what Nova lists and what the volume API shows, where there is one. */
export interface Standing {
  attachment: Attachment | null;
  volume: VolumeView | null;
}

/** Reads both sides. Nova's list first: an attach ends with the volume, a detach with the list, and both are read again. */
export async function readStanding(
  api: CloudApi,
  serverId: string,
  volumeId: string,
  microversion?: string,
): Promise<Standing> {
  const attachment = await findAttachment(api, serverId, volumeId, microversion);
  return { attachment, volume: api.hasVolumes ? await readVolume(api, 'member', volumeId) : null };
}

/** Whether an attach is complete. */
export function isAttached(api: CloudApi, { attachment, volume }: Standing, serverId: string): boolean {
  if (!attachment) return false;
  return (
    !api.hasVolumes ||
    (volume !== null && api.data.volume.attached.includes(volume.status) && volume.servers.includes(serverId))
  );
}

/** Whether a detach is complete; a volume for several servers may still be attached to another one. */
export function isDetached(api: CloudApi, { attachment, volume }: Standing, serverId: string): boolean {
  const { available, attached } = api.data.volume;
  if (attachment) return false;
  if (!api.hasVolumes) return true;
  if (volume === null) return false;
  const elsewhere = attached.includes(volume.status) && volume.servers.some(id => id !== serverId);
  return available.includes(volume.status) || (elsewhere && !volume.servers.includes(serverId));
}

/**
 * How far the instance action of a request is: what is left to ask where there is no volume API. `absent`: there is none,
 * or none yet. `over` where the target does not show whether it has ended.
 */
export async function actionState(
  api: CloudApi,
  serverId: string,
  request: Exchange,
): Promise<'absent' | 'running' | 'over'> {
  const id = request.response.headers['x-openstack-request-id'];
  if (id === undefined) return 'over';
  const exchange = await api.ask('member', 'compute', 'GET', `/servers/${serverId}/os-instance-actions/${id}`);
  if (isGone(api, exchange)) return 'absent';
  const { instanceAction } = (exchange.response.json ?? {}) as {
    instanceAction?: { events?: { result: string | null }[] };
  };
  const events = instanceAction?.events;
  if (!succeeded(exchange) || events === undefined) return 'over';
  return events.length > 0 && events.every(({ result }) => result) ? 'over' : 'running';
}

/** Whether the volume API has let go of a volume, listed or not. */
export function isReleased(api: CloudApi, { volume }: Standing): boolean {
  return volume !== null && api.data.volume.available.includes(volume.status);
}

/** A standing in words, for messages. */
export function standingText({ attachment, volume }: Standing): string {
  const listed = attachment ? 'listed by the server' : 'not listed by the server';
  if (!volume) return listed;
  const servers = volume.servers.length === 0 ? 'attached to nothing' : `attached to ${volume.servers.join(', ')}`;
  return `${listed}, volume ${volume.status}, ${servers}`;
}
