import type { Case } from '../plan/case.ts';
import { isImaginary } from '../plan/situations.ts';
import type { Builder } from './builder.ts';
import type { CloudApi } from './cloud-api.ts';
import type { Holding } from './holding.ts';
import type { LeasedVolume } from './lease.ts';
import { findAttachment } from './observe.ts';
import type { VolumePool } from './pool.ts';
import type { SharedServers } from './shared-servers.ts';
import { StageError } from './stage-error.ts';
import { takeVolumeStep } from './volume-steps.ts';
import type { Visit } from './walkers.ts';

/** Volumes for several servers: attached to the server of the request, to another one, or to both. */
const sharableVolumes: readonly string[] = ['multiattach_here', 'multiattach_elsewhere', 'multiattach_both'];

/** Brings the volumes of a case into their situations, each by its name in the contract. */
export class CaseVolumes {
  private readonly api: CloudApi;
  private readonly builder: Builder;
  private readonly pool: VolumePool;
  private readonly shared: SharedServers;
  private readonly unknownId: string;

  /** `unknownId`: of a volume that nobody has. */
  constructor(api: CloudApi, builder: Builder, pool: VolumePool, shared: SharedServers, unknownId: string) {
    this.api = api;
    this.builder = builder;
    this.pool = pool;
    this.shared = shared;
    this.unknownId = unknownId;
  }

  /** Whether a situation adds an attachment to the server, even if the request changes nothing. */
  addsAttachment(given: string): boolean {
    return this.api.data.volume.situations[given]?.before === 'attached' || sharableVolumes.includes(given);
  }

  /** How many volumes of the pool a case may hold. */
  count({ given: { volume, other } }: Case): number {
    return [volume, other].filter(isOfPool).length;
  }

  /** A volume that is on no server, which can be had before there is a server. */
  async free(holding: Holding): Promise<LeasedVolume | null> {
    const { volume: given = '' } = holding.one.given;
    const { volume } = this.api.data;
    const situation = volume.situations[given];
    const ofType = given === 'multiattach' || given in volume.types;
    if (given !== 'available' && !ofType && situation?.before !== 'available') return null;
    const kind = ofType ? given : 'default';
    holding.slot = await this.pool.hold(kind, 'free', holding.held);
    const { volumeId } = holding.slot;
    await this.bringVolume(holding, volumeId);
    return { id: volumeId, before: null, statuses: situation?.enter.until ?? volume.available };
  }

  private async bringVolume({ one, undo }: Holding, volumeId: string): Promise<void> {
    const situation = this.api.data.volume.situations[one.given.volume ?? ''];
    if (!situation) return;
    undo.push(() => takeVolumeStep(this.api, volumeId, situation.leave));
    await takeVolumeStep(this.api, volumeId, situation.enter);
  }

  /** The volume that the request is about, where it is not a free one; null where there is none. @throws StageError */
  async given(holding: Holding): Promise<LeasedVolume | null> {
    const { one, visit } = holding;
    const { volume: given } = one.given;
    switch (given) {
      case undefined:
      case 'unknown':
      case 'malformed':
        return null;
      case 'root':
        return this.root(visit);
      case 'foreign':
        return { id: await this.shared.foreignVolume(), before: null };
      case 'attached_elsewhere':
        return { id: await this.elsewhere(holding), before: null, statuses: this.api.data.volume.attached };
      case 'attached':
      case 'attached_tagged':
      case 'attached_many':
      case 'attached_there':
        return visit ? this.attachedToVisited(holding, visit) : this.attached(holding, given === 'attached_tagged');
      default:
        if (sharableVolumes.includes(given)) return this.sharable(holding, given);
        if (this.api.data.volume.situations[given]?.before === 'attached') return this.attachedForAction(holding);
        throw new StageError(`the stage knows no volume '${given}'`);
    }
  }

  private async root(visit: Visit | null): Promise<LeasedVolume> {
    const { serverId, rootId } = visit ?? { serverId: '', rootId: null };
    if (rootId === null) throw new StageError('the stage knows no root volume of a server with a disk of its own');
    return { id: rootId, before: await findAttachment(this.api, serverId, rootId) };
  }

  private async attached(holding: Holding, tagged: boolean): Promise<LeasedVolume | null> {
    const { changes, serverId } = holding;
    if (!changes && !this.pool.fixed) {
      const gallery = await this.shared.gallery();
      const attachment = tagged ? gallery.tagged : gallery.plain;
      const before = serverId === gallery.serverId ? attachment : null;
      return { id: attachment.volumeId, before, statuses: this.api.data.volume.attached };
    }
    const server = serverId ?? (await this.shared.server('gallery'));
    const volume = await this.ownAttached(holding, 'default', server, tagged);
    return { ...volume, before: serverId === null ? null : volume.before };
  }

  /** The resident volume, which came before the situation; one of the pool for cases that take it off, or want it to come after. */
  private attachedToVisited(holding: Holding, visit: Visit): LeasedVolume | Promise<LeasedVolume> {
    const { effect } = holding.one.expect;
    const takesOff = effect === 'detached' || effect === 'swapped';
    const comesAfter = holding.one.given.volume === 'attached_there';
    if (takesOff || comesAfter) return this.ownAttached(holding, 'default', visit.serverId, false);
    const { residentId, resident, residentStatus } = visit;
    return { id: residentId, before: resident, ...(residentStatus === null ? {} : { statuses: [residentStatus] }) };
  }

  private async attachedForAction(holding: Holding): Promise<LeasedVolume> {
    const server = holding.serverId ?? (await this.shared.server('writer'));
    const volume = await this.ownAttached(holding, 'default', server, false);
    await this.bringVolume(holding, volume.id);
    const statuses = this.api.data.volume.situations[holding.one.given.volume ?? '']?.enter.until;
    return { ...volume, ...(statuses === undefined ? {} : { statuses }) };
  }

  private async sharable(holding: Holding, given: string): Promise<LeasedVolume> {
    const { serverId } = holding;
    if (serverId === null) throw new StageError(`a volume that is ${given} needs a server`);
    if (given === 'multiattach_here') return this.ownAttached(holding, 'multiattach', serverId, false);
    const elsewhere = await this.shared.server('elsewhere');
    const { id, ...rest } = await this.ownAttached(holding, 'multiattach', elsewhere, false);
    if (given === 'multiattach_elsewhere') return { id, ...rest, before: null };
    holding.undo.push(() => this.builder.detach(serverId, id));
    await this.builder.attach(serverId, id, null);
    return { id, ...rest, before: await findAttachment(this.api, serverId, id) };
  }

  /** A volume of the pool, attached to a server. */
  private async ownAttached(holding: Holding, kind: string, server: string, tagged: boolean): Promise<LeasedVolume> {
    const { one, held, visit } = holding;
    // What a lock keeps from its owner, the case's own caller may do.
    holding.slot = await this.pool.hold(kind, { server, tagged }, held, visit ? one.persona : 'member');
    const { volumeId } = holding.slot;
    const before = await findAttachment(this.api, server, volumeId);
    if (!before) throw new StageError(`volume ${volumeId} was attached to server ${server}, but is not listed`);
    return { id: volumeId, before, statuses: this.api.data.volume.attached };
  }

  /** Id of the second volume. @throws StageError */
  async other(holding: Holding): Promise<string | null> {
    const { other } = holding.one.given;
    if (other === undefined) return null;
    if (other === 'unknown') return this.unknownId;
    if (other === 'attached_elsewhere') return this.elsewhere(holding);
    const kind = other in this.api.data.volume.types ? other : 'default';
    holding.second = await this.pool.hold(kind, 'free', holding.held);
    return holding.second.volumeId;
  }

  private async elsewhere({ held }: Holding): Promise<string> {
    if (!this.pool.fixed) return this.shared.elsewhereVolume();
    const serverId = await this.shared.server('elsewhere');
    return (await this.pool.hold('default', { server: serverId, tagged: false }, held)).volumeId;
  }
}

function isOfPool(name: string | undefined): boolean {
  return !isImaginary(name) && name !== 'root' && name !== 'foreign';
}
