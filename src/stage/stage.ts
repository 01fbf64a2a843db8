import { randomUUID } from 'node:crypto';
import type { Contract } from '../contract/contract.ts';
import { compareMicroversions } from '../contract/microversion.ts';
import type { Case } from '../plan/case.ts';
import type { ResolvedTarget } from '../target/resolved.ts';
import type { Sessions } from '../target/session.ts';
import { Builder } from './builder.ts';
import type { Choices } from './choices.ts';
import { CloudApi } from './cloud-api.ts';
import { multiattachType } from './features.ts';
import { type Lease, type LeasedVolume, volumeValues } from './lease.ts';
import { Ledger } from './ledger.ts';
import { findAttachment } from './observe.ts';
import { VolumePool } from './pool.ts';
import { SharedServers } from './shared-servers.ts';
import type { Slot } from './slots.ts';
import { StageCounts } from './stage-counts.ts';
import { StageError, UnreachableError } from './stage-error.ts';
import { takeVolumeStep } from './volume-steps.ts';
import { type Visit, Walkers } from './walkers.ts';
import { wishOf } from './wish.ts';

/** What the stage works with. */
export interface StageOptions {
  runId: string;
  ledgerFile: string;
  /** Volumes that the user gave; then none is created. */
  volumes: string[];
  /** Cases at once; the pool of volumes is twice that, as a case may hold two. */
  concurrency: number;
  /** The cases to come, so that a server stays where it is until nobody needs it there. */
  cases: readonly Case[];
  /** Servers at once, at most. */
  servers: number;
  choices: Choices;
  /** Seconds: replaces every limit of `specs/stage.yaml`. */
  waitLimit?: number;
  /** Whether the run is to end; waits then end at once. */
  isCancelled: () => boolean;
  /** Memory for what the stage counts; its own without it. */
  counts?: SharedArrayBuffer;
  /** Told what the stage is busy with. */
  onPhase: (text: string) => void;
}

/** The tag of attachments that the stage makes itself. */
const stageTag = 'novaspec';

/** Volumes for several servers: attached to the server of the request, to another one, or to both. */
const shareable: readonly string[] = ['multiattach_here', 'multiattach_elsewhere', 'multiattach_both'];

/** What a case has been given so far. */
interface Holding {
  one: Case;
  /** Whether the request is expected to change something. */
  changes: boolean;
  held: Slot[];
  /** The held volume that the request is about, and the second one. */
  slot?: Slot;
  second?: Slot;
  visit: Visit | null;
  serverId: string | null;
  /** What ends situations of volumes, the newest first. */
  undo: (() => Promise<void>)[];
}

/** Gives cases the servers and volumes that they need; everything is made when it is first asked for. */
export class Stage {
  readonly api: CloudApi;
  private readonly builder: Builder;
  private readonly pool: VolumePool;
  private readonly shared: SharedServers;
  private readonly walkers: Walkers;
  private readonly unknownId = randomUUID();
  private readonly unknownServer = randomUUID();
  private readonly unknownVolume = randomUUID();
  private readonly projectId: string | null;
  private devices = 0;

  constructor(contract: Contract, target: ResolvedTarget, sessions: Sessions, options: StageOptions) {
    const hasVolumes = target.volume !== null;
    if (options.waitLimit !== undefined) {
      const { limits } = contract.data.stage;
      for (const name of Object.keys(limits) as (keyof typeof limits)[]) limits[name] = options.waitLimit;
    }
    const counts = new StageCounts(options.counts);
    this.api = new CloudApi(contract, sessions, target.compute.max, hasVolumes, options.isCancelled, counts);
    this.projectId = sessions.session('member').projectId;
    const ledger = new Ledger(options.ledgerFile);
    for (const volumeId of options.volumes) ledger.borrowing(volumeId);
    this.builder = new Builder(this.api, ledger, options.runId, options.choices);
    this.shared = new SharedServers(this.api, this.builder, this.tag(), options.onPhase);
    const create = async (kind: string) =>
      kind === 'multiattach'
        ? this.builder.volume('member', (await multiattachType(this.api)) ?? '')
        : this.builder.volume('member');
    this.pool = new VolumePool(this.api, this.builder, {
      volumes: options.volumes,
      capacity: options.concurrency * 2,
      tag: this.tag(),
      create,
      servers: () => this.shared.built(),
    });
    const { stage } = contract.data;
    const wishes = options.cases.flatMap(one => (one.skip ? [] : (wishOf(one, stage) ?? [])));
    const { resizeFlavor } = options.choices;
    this.walkers = new Walkers(this.api, this.builder, {
      values: resizeFlavor === null ? {} : { resize_flavor_id: resizeFlavor.id },
      capacity: Math.max(1, Math.min(stage.servers.walkers, options.servers - stage.servers.beside)),
      wishes,
      onPhase: options.onPhase,
    });
  }

  /** Everything that a case is given. @throws UnreachableError, StageError when it cannot be brought about */
  async lease(one: Case): Promise<Lease> {
    const { given, expect, request } = one;
    const { effect } = expect;
    const changes = effect !== undefined && effect !== 'none';
    const holding: Holding = { one, changes, held: [], visit: null, serverId: null, undo: [] };
    try {
      const free = await this.freeVolume(holding);
      const otherId = await this.other(holding);
      const wish = wishOf(one, this.api.data);
      if (wish) holding.visit = await this.walkers.visit(wish);
      const { visit } = holding;
      const serverId = visit?.serverId ?? (await this.sharedServer(one, changes));
      holding.serverId = serverId;
      const values: Record<string, string> = {
        server_id: serverId ?? (given.server === 'malformed' ? 'novaspec' : this.unknownServer),
        unknown_id: this.unknownId,
        tag: stageTag,
        // Only for whom it is meant: names are scarce, and one that is in use is refused.
        ...(JSON.stringify(request.body ?? '').includes('{{free_device}}') ? { free_device: this.nextDevice() } : {}),
        ...(this.projectId === null ? {} : { project_id: this.projectId }),
      };
      const volume = free ?? (await this.volume(holding));
      if (effect === 'updated' && serverId && volume?.before) {
        await this.makeDifferent(serverId, volume, expect.shown ?? {});
      }
      if (volume) Object.assign(values, volumeValues(volume));
      else if (given.volume !== undefined)
        values.volume_id = given.volume === 'malformed' ? 'novaspec' : this.unknownVolume;
      if (otherId !== null) values.other_volume_id = otherId;
      await visit?.begin();
      return {
        values,
        serverId: visit && !visit.exists ? null : serverId,
        // What is on a server that is not there yet, or not any more, cannot be compared.
        volume: visit && volume?.id === visit.residentId && volume.before === null ? null : volume,
        otherId,
        isMoment: visit?.isMoment ?? false,
        lasts: () => visit?.lasts() ?? Promise.resolve(true),
        release: place => this.release(holding, place),
      };
    } catch (error) {
      await this.giveBack(holding, !(error instanceof UnreachableError));
      throw error;
    }
  }

  private async release(holding: Holding, place: Parameters<Lease['release']>[0]): Promise<void> {
    const { one, slot, second, serverId } = holding;
    const here = { server: serverId ?? '', tagged: hasTag(one.request.body) };
    // A volume that was on another server before is there still, and comes off this one at once.
    if (slot && place === 'attached' && typeof slot.place === 'object') {
      holding.undo.push(() => this.builder.detach(here.server, slot.volumeId));
    } else if (slot && place === 'attached') slot.place = here;
    if (slot && (place === 'detached' || place === 'swapped')) slot.place = 'free';
    if (second && place === 'swapped') second.place = here;
    // Without a volume API nobody can tell whether an attach is complete, so the volume is taken off again.
    await this.giveBack(holding, place === 'unknown' || (place === 'attached' && !this.api.hasVolumes));
    if (place === 'unknown' && !this.pool.fixed) await this.shared.repairGallery();
  }

  private async giveBack(holding: Holding, surprised: boolean): Promise<void> {
    const { one, held, visit, undo } = holding;
    let suspect = surprised;
    try {
      for (const step of undo.toReversed()) await step();
      // Nothing may stay on a server that walks on, as the next situation may not let it go.
      if (visit && !suspect) for (const slot of held) await this.pool.takeOff(slot, visit.serverId, one.persona);
    } catch {
      suspect = true;
    }
    await this.pool.giveBack(held, suspect, visit?.exists ? visit.serverId : null);
    await visit?.leave(suspect);
  }

  /** An update to what is there already would prove nothing, so the attachment first gets the opposite. */
  private async makeDifferent(serverId: string, volume: LeasedVolume, shown: Record<string, unknown>): Promise<void> {
    const same = Object.entries(shown).filter(([key, value]) => volume.before?.[key] === value);
    if (same.length === 0) return;
    const opposite = Object.fromEntries(same.map(([key, value]) => [key, !value]));
    await this.builder.update(serverId, volume.id, opposite);
    volume.before = await findAttachment(this.api, serverId, volume.id);
  }

  private async sharedServer({ given }: Case, changes: boolean): Promise<string | null> {
    const { volume = '' } = given;
    // The attachments of the gallery are for looking at.
    const adds = this.api.data.volume.situations[volume]?.before === 'attached' || shareable.includes(volume);
    switch (given.server) {
      case 'unknown':
      case 'malformed':
        return null;
      case 'image_backed':
        return this.shared.server(changes || adds ? 'writer' : 'gallery');
      default:
        throw new StageError(`the stage knows no server '${given.server}'`);
    }
  }

  /** A volume that is on no server, which can be had before there is a server. */
  private async freeVolume(holding: Holding): Promise<LeasedVolume | null> {
    const { volume: given = '' } = holding.one.given;
    const { volume } = this.api.data;
    const situation = volume.situations[given];
    if (given !== 'available' && given !== 'multiattach' && situation?.before !== 'available') return null;
    const kind = given === 'multiattach' ? given : 'default';
    holding.slot = await this.pool.hold(kind, 'free', holding.held);
    const { volumeId } = holding.slot;
    await this.bringVolume(holding, volumeId);
    return { id: volumeId, before: null };
  }

  private async bringVolume({ one, undo }: Holding, volumeId: string): Promise<void> {
    const situation = this.api.data.volume.situations[one.given.volume ?? ''];
    if (!situation) return;
    undo.push(() => takeVolumeStep(this.api, volumeId, situation.leave));
    await takeVolumeStep(this.api, volumeId, situation.enter);
  }

  private async volume(holding: Holding): Promise<LeasedVolume | null> {
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
        return { id: await this.elsewhere(holding), before: null };
      case 'attached':
      case 'attached_tagged':
      case 'attached_many':
        return visit ? this.attachedToVisited(holding, visit) : this.attached(holding, given === 'attached_tagged');
      default:
        if (shareable.includes(given)) return this.shareable(holding, given);
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
      return { id: attachment.volumeId, before: serverId === gallery.serverId ? attachment : null };
    }
    const server = serverId ?? (await this.shared.server('gallery'));
    const volume = await this.ownAttached(holding, 'default', server, tagged);
    return { ...volume, before: serverId === null ? null : volume.before };
  }

  /** The resident volume for cases that leave it there, a volume of the pool for those that do not. */
  private async attachedToVisited(holding: Holding, visit: Visit): Promise<LeasedVolume> {
    const { effect } = holding.one.expect;
    const takesOff = effect === 'detached' || effect === 'swapped';
    if (takesOff) return this.ownAttached(holding, 'default', visit.serverId, false);
    return { id: visit.residentId, before: visit.resident };
  }

  private async attachedForAction(holding: Holding): Promise<LeasedVolume> {
    const server = holding.serverId ?? (await this.shared.server('writer'));
    const volume = await this.ownAttached(holding, 'default', server, false);
    await this.bringVolume(holding, volume.id);
    return volume;
  }

  private async shareable(holding: Holding, given: string): Promise<LeasedVolume> {
    const { serverId } = holding;
    if (serverId === null) throw new StageError(`a volume that is ${given} needs a server`);
    if (given === 'multiattach_here') return this.ownAttached(holding, 'multiattach', serverId, false);
    const elsewhere = await this.shared.server('elsewhere');
    const { id } = await this.ownAttached(holding, 'multiattach', elsewhere, false);
    if (given === 'multiattach_elsewhere') return { id, before: null };
    holding.undo.push(() => this.builder.detach(serverId, id));
    await this.builder.attach(serverId, id, null);
    return { id, before: await findAttachment(this.api, serverId, id) };
  }

  /** A volume of the pool, attached to a server. */
  private async ownAttached(holding: Holding, kind: string, server: string, tagged: boolean): Promise<LeasedVolume> {
    const { one, held, visit } = holding;
    // What a lock keeps from its owner, the case's own caller may do.
    holding.slot = await this.pool.hold(kind, { server, tagged }, held, visit ? one.persona : 'member');
    const { volumeId } = holding.slot;
    const before = await findAttachment(this.api, server, volumeId);
    if (!before) throw new StageError(`volume ${volumeId} was attached to server ${server}, but is not listed`);
    return { id: volumeId, before };
  }

  private async other(holding: Holding): Promise<string | null> {
    const { other } = holding.one.given;
    if (other === undefined) return null;
    if (other === 'unknown') return this.unknownVolume;
    if (other === 'attached_elsewhere') return this.elsewhere(holding);
    holding.second = await this.pool.hold('default', 'free', holding.held);
    return holding.second.volumeId;
  }

  private async elsewhere({ held }: Holding): Promise<string> {
    if (!this.pool.fixed) return this.shared.elsewhereVolume();
    const serverId = await this.shared.server('elsewhere');
    return (await this.pool.hold('default', { server: serverId, tagged: false }, held)).volumeId;
  }

  /** The stage's tag, where the target can take one. */
  private tag(): string | null {
    const [, tagged] = this.api.data.attachment.create;
    return tagged && compareMicroversions(tagged.from, this.api.microversion) <= 0 ? stageTag : null;
  }

  /** Two letters after the driver's prefix: drivers that honour names give out single letters by themselves. */
  private nextDevice(): string {
    const letters = 'abcdefghijklmnopqrstuvwxyz';
    const index = this.devices++;
    return `/dev/vd${letters[1 + (Math.floor(index / 26) % 25)]}${letters[index % 26]}`;
  }
}

function hasTag(body: unknown): boolean {
  return Object.values(body ?? {}).some(inner => typeof (inner as { tag?: unknown } | null)?.tag === 'string');
}
