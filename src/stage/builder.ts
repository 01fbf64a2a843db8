import { randomBytes } from 'node:crypto';
import { TargetError } from '../target/errors.ts';
import type { Choices } from './choices.ts';
import { answerText, type CloudApi, describe, isGone, isRefused, succeeded } from './cloud-api.ts';
import { serverBody, volumeBody } from './creation.ts';
import { type Ledger, type Resource, serviceOf } from './ledger.ts';
import { actionState, isAttached, isDetached, isReleased, readStanding, readVolume, standingText } from './observe.ts';
import { Removal } from './removal.ts';
import { withSecondTry } from './second-try.ts';
import { MishapError, StageError, StuckError, UnreachableError } from './stage-error.ts';
import type { WalkerKind } from './walker.ts';
import type { Wish } from './wish.ts';

interface BuildOptions {
  /** Told the id as soon as the cloud has accepted the server. */
  onAccepted?: (id: string) => void;
  /** The situation that it is for, where its end needs care. */
  situation?: string;
  /** Statuses that end the wait, instead of the usual ones; and those that end it in vain. */
  ends?: readonly string[];
  fails?: readonly string[];
}

/** Makes servers, volumes and attachments and waits until they are ready; everything it makes is in the ledger first. */
export class Builder {
  private readonly api: CloudApi;
  private readonly ledger: Ledger;
  private readonly runId: string;
  private readonly choices: Choices;

  constructor(api: CloudApi, ledger: Ledger, runId: string, choices: Choices) {
    this.api = api;
    this.ledger = ledger;
    this.runId = runId;
    this.choices = choices;
  }

  /** A server from the image, ready. Gives its id. */
  server(persona: string): Promise<string> {
    return withSecondTry(() => this.makeServer(persona, this.api.data.server.create, {}));
  }

  /** The volume that stays on a server that walks through the situations. */
  walkersVolume(kind: WalkerKind): Promise<string> {
    return kind === 'volume_backed' ? this.bootableVolume('member') : this.volume('member');
  }

  /**
   * A server that walks through the situations, with its volume; `onAccepted` is told its id while it is being built. Gives
   * its id and the volume that it boots from, if it does.
   */
  async walkerServer(
    { kind, situation }: Pick<Wish, 'kind' | 'situation'>,
    volumeId: string,
    onAccepted: (id: string) => void,
  ): Promise<{ serverId: string; rootId: string | null }> {
    const { server } = this.api.data;
    if (kind === 'unscheduled') return this.unscheduledServer(volumeId, situation);
    const bodies = kind === 'volume_backed' ? server.create_from_volume : server.create_with_volume;
    const serverId = await this.makeServer('member', bodies, { volume_id: volumeId }, { onAccepted });
    return { serverId, rootId: kind === 'volume_backed' ? volumeId : null };
  }

  /** A volume of the chosen type, or of a named one, available. */
  volume(persona: string, type?: string): Promise<string> {
    return withSecondTry(() => this.makeVolume(persona, this.api.data.volume.create, type));
  }

  /** A volume with the image on it, available. */
  bootableVolume(persona: string): Promise<string> {
    return withSecondTry(() => this.makeVolume(persona, this.api.data.volume.create_bootable));
  }

  /** Attaches a volume and waits until that is complete. */
  async attach(serverId: string, volumeId: string, tag: string | null, persona = 'member'): Promise<void> {
    const { attachment, limits } = this.api.data;
    const bodies = tag === null ? attachment.create.slice(0, 1) : attachment.create;
    const body = this.api.bodyFor(bodies, { volume_id: volumeId, tag: tag ?? '' });
    const path = `/servers/${serverId}/os-volume_attachments`;
    const exchange = await this.api.ask(persona, 'compute', 'POST', path, body);
    if (!succeeded(exchange)) throw new StageError(`attaching a volume for the stage: ${describe(exchange)}`);
    const startedAt = Date.now();
    let last = '';
    const done = await this.api.wait(async () => {
      const standing = await readStanding(this.api, serverId, volumeId);
      last = standingText(standing);
      if (!isAttached(this.api, standing, serverId)) return undefined;
      if (this.api.hasVolumes) return true;
      const state = await actionState(this.api, serverId, exchange);
      // Behind the answer it may take a while to appear; a cloud that keeps no actions has none for ever.
      const isOver = state === 'over' || (state === 'absent' && Date.now() - startedAt > limits.absence * 1000);
      return isOver ? true : undefined;
    }, limits.attach);
    if (!done)
      throw new StageError(
        `attaching volume ${volumeId} for the stage: not complete after ${limits.attach} s (${last})`,
      );
  }

  /**
   * Detaches a volume and waits until that is complete. An attach that is still on its way refuses the detach, so whoever
   * is `patient` asks again until the limit.
   */
  async detach(serverId: string, volumeId: string, { persona = 'member', patient = true } = {}): Promise<void> {
    const { limits } = this.api.data;
    const path = `/servers/${serverId}/os-volume_attachments/${volumeId}`;
    let last = '';
    let accepted = false;
    let releasedAt = Number.POSITIVE_INFINITY;
    const done = await this.api.wait(async () => {
      if (!accepted) {
        const exchange = await this.api.ask(persona, 'compute', 'DELETE', path);
        accepted = succeeded(exchange) || isGone(this.api, exchange);
        last = describe(exchange);
        if (!accepted) return patient ? undefined : false;
      }
      const standing = await readStanding(this.api, serverId, volumeId);
      last = standingText(standing);
      if (isDetached(this.api, standing, serverId)) return true;
      if (isReleased(this.api, standing)) releasedAt = Math.min(releasedAt, Date.now());
      return Date.now() - releasedAt > limits.detach_unlist * 1000 ? false : undefined;
    }, limits.detach);
    if (!done)
      throw new StuckError(
        `detaching volume ${volumeId} for the stage: not complete within ${limits.detach} s (${last})`,
      );
  }

  /** Changes properties of an attachment. */
  async update(serverId: string, volumeId: string, properties: Record<string, unknown>): Promise<void> {
    const path = `/servers/${serverId}/os-volume_attachments/${volumeId}`;
    const body = { volumeAttachment: { volumeId, ...properties } };
    await this.api.must('updating an attachment for the stage', 'member', 'compute', 'PUT', path, body);
  }

  /** Deletes a server that the run made, and waits until it is gone. @throws StageError */
  async removeServer(serverId: string): Promise<void> {
    const { ledger, api } = this;
    const resource = ledger.open().find(({ id }) => id === serverId);
    if (!resource) return;
    const removal = new Removal(api, resource, ledger.borrowed(), 0);
    if (!(await api.wait(() => removal.step(), api.data.limits.server_delete))) throw new StageError(removal.why);
    ledger.removed(resource);
  }

  /** Deletes a volume that the run made, and waits until it is gone. @throws StageError */
  async removeVolume(volumeId: string): Promise<void> {
    const { limits } = this.api.data;
    const resource = this.ledger.open().find(({ id }) => id === volumeId);
    if (!resource) throw new StageError(`volume ${volumeId} was not made by this run`);
    await this.api.must('removing a volume', resource.persona, 'volume', 'DELETE', `/volumes/${volumeId}`);
    const gone = await this.api.wait(
      async () => ((await readVolume(this.api, resource.persona, volumeId)) === null ? true : undefined),
      limits.volume_delete,
    );
    if (!gone) throw new StageError(`volume ${volumeId} was not gone after ${limits.volume_delete} s`);
    this.ledger.removed(resource);
  }

  /** Waits until the volume API has let go of a volume. @throws StuckError when it does not */
  async untilAvailable(volumeId: string): Promise<void> {
    if (!this.api.hasVolumes) return;
    const { volume, limits } = this.api.data;
    const free = await this.api.wait(async () => {
      const view = await readVolume(this.api, 'member', volumeId);
      if (view === null) throw new StuckError(`volume ${volumeId} is gone`);
      return volume.available.includes(view.status) ? true : undefined;
    }, limits.detach_unlist);
    if (!free) throw new StuckError(`volume ${volumeId} is on no server, but not available either`);
  }

  /** A server that was never launched, with a volume. @throws UnreachableError where the cloud finds a host for it */
  private async unscheduledServer(volumeId: string, situation: string): Promise<{ serverId: string; rootId: string }> {
    const { server, volume } = this.api.data;
    const rootId = await this.volume('member');
    for (const action of volume.unbootable) {
      const exchange = await this.api.ask('member', 'volume', 'POST', `/volumes/${rootId}/action`, action);
      if (!succeeded(exchange))
        throw new UnreachableError(`making a volume that no host boots was answered ${answerText(exchange)}`);
    }
    const serverId = await this.makeServer(
      'member',
      server.create_unscheduled,
      { volume_id: volumeId, root_id: rootId },
      {
        situation,
        ends: server.failed,
        fails: server.ready,
      },
    );
    return { serverId, rootId };
  }

  private async makeServer(
    persona: string,
    bodies: Parameters<CloudApi['bodyFor']>[0],
    more: Record<string, string>,
    { onAccepted, situation, ends, fails }: BuildOptions = {},
  ): Promise<string> {
    const { limits, server } = this.api.data;
    const resource: Resource = { ...this.named('server', persona), ...(situation === undefined ? {} : { situation }) };
    const values = { name: resource.name, run_id: this.runId, ...more };
    const id = await this.create('building a server', resource, serverBody(this.api, this.choices, bodies, values));
    this.api.counts.serverBuilt();
    onAccepted?.(id);
    const ready = await this.api.wait(async () => {
      const view = await this.api.must('waiting for a server', persona, 'compute', 'GET', `/servers/${id}`);
      const { status, fault } = view.server as { status: string; fault?: { message?: string } };
      if (fails?.includes(status)) throw new UnreachableError('the cloud found a host where there should be none');
      if (ends === undefined && server.failed.includes(status)) {
        throw new MishapError(`server ${id} went to ${status}: ${fault?.message ?? 'the cloud says no more'}`);
      }
      return (ends ?? server.ready).includes(status) ? true : undefined;
    }, limits.server_build);
    if (!ready) throw new StageError(`server ${id} was not ready after ${limits.server_build} s`);
    return id;
  }

  private async makeVolume(persona: string, body: unknown, type?: string): Promise<string> {
    const { limits, volume } = this.api.data;
    const resource = this.named('volume', persona);
    const values = { name: resource.name, run_id: this.runId };
    const filled = volumeBody(this.api, this.choices, body, values, type);
    const id = await this.create('creating a volume', resource, filled);
    const ready = await this.api.wait(async () => {
      const status = (await readVolume(this.api, persona, id))?.status ?? 'gone';
      if (volume.failed.includes(status)) throw new MishapError(`volume ${id} went to ${status}`);
      return volume.available.includes(status) ? true : undefined;
    }, limits.volume_create);
    if (!ready) throw new StageError(`volume ${id} was not available after ${limits.volume_create} s`);
    return id;
  }

  /** Sends the request that makes a resource, which stands in the ledger before. Gives its id. */
  private async create(purpose: string, resource: Resource, body: unknown): Promise<string> {
    const { kind, persona } = resource;
    this.api.mustGoOn();
    this.ledger.creating(resource);
    const path = `/${kind}s`;
    const exchange = await this.api.ask(persona, serviceOf(kind), 'POST', path, body).catch((error: unknown) => {
      const isLost = error instanceof TargetError && error.kind === 'unreachable';
      throw isLost ? new MishapError(`${purpose}: ${error.message}`) : error;
    });
    // A refusal made nothing; after any other failure only the cloud knows, and the clean-up asks it.
    if (isRefused(exchange)) {
      this.ledger.removed(resource);
      throw new StageError(`${purpose}: ${describe(exchange)}`);
    }
    if (!succeeded(exchange)) throw new MishapError(`${purpose}: ${describe(exchange)}`);
    const { id } = (exchange.response.json as Record<string, { id: string }>)[kind] ?? { id: '' };
    this.ledger.created({ ...resource, id });
    return id;
  }

  private named(kind: Resource['kind'], persona: string): Resource {
    return { kind, persona, name: `novaspec-${this.runId}-${kind}-${randomBytes(4).toString('hex')}` };
  }
}
