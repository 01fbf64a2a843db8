import { randomUUID } from 'node:crypto';
import type { Contract } from '../contract/contract.ts';
import { compareMicroversions } from '../contract/microversion.ts';
import type { Case } from '../plan/case.ts';
import type { ResolvedTarget } from '../target/resolved.ts';
import type { Sessions } from '../target/session.ts';
import { Builder } from './builder.ts';
import { choose } from './choices.ts';
import { CloudApi } from './cloud-api.ts';
import { multiattachType } from './features.ts';
import { type Lease, type LeasedVolume, volumeValues } from './lease.ts';
import { Ledger } from './ledger.ts';
import { findAttachment } from './observe.ts';
import { Once } from './once.ts';
import { SharedServers } from './shared-servers.ts';
import { moveTo, type Place, type Slot, Slots } from './slots.ts';
import { StageError, StuckError } from './stage-error.ts';

/** What the stage works with. */
export interface StageOptions {
  runId: string;
  ledgerFile: string;
  /** Volumes that the user gave; then none is created. */
  volumes: string[];
  /** Cases at once; the pool of volumes is twice that, as a case may hold two. */
  concurrency: number;
  /** Seconds: replaces every limit of `specs/stage.yaml`. */
  waitLimit?: number;
  /** Whether the run is to end; waits then end at once. */
  isCancelled: () => boolean;
  /** Told what the stage is busy with. */
  onPhase: (text: string) => void;
}

/** The tag of attachments that the stage makes itself. */
const stageTag = 'novaspec';

/** Gives cases the servers and volumes that they need; everything is made when it is first asked for. */
export class Stage {
  readonly api: CloudApi;
  private readonly builder: Builder;
  private readonly slots: Slots;
  private readonly fixed: boolean;
  private readonly shared: SharedServers;
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
    this.fixed = options.volumes.length > 0;
    this.api = new CloudApi(contract, sessions, target.compute.max, hasVolumes, options.isCancelled);
    this.projectId = sessions.session('member').projectId;
    const once = new Once();
    const choices = () => once.get('choices', () => choose(this.api, target.image !== null, contract.oldest));
    const ledger = new Ledger(options.ledgerFile);
    for (const volumeId of options.volumes) ledger.borrowing(volumeId);
    this.builder = new Builder(this.api, ledger, options.runId, choices);
    this.shared = new SharedServers(this.api, this.builder, this.tag(), options.onPhase);
    const create = async (kind: string) =>
      kind === 'multiattach'
        ? this.builder.volume('member', (await multiattachType(this.api)) ?? '')
        : this.builder.volume('member');
    this.slots = new Slots(create, options.concurrency * 2, options.volumes);
  }

  /** Everything that a case is given. @throws StageError when it cannot be brought about */
  async lease({ given, expect, request }: Case): Promise<Lease> {
    const { effect } = expect;
    const changes = effect !== undefined && effect !== 'none';
    const held: Slot[] = [];
    try {
      const serverId = await this.server(given.server, changes);
      const values: Record<string, string> = {
        server_id: serverId ?? (given.server === 'malformed' ? 'novaspec' : this.unknownServer),
        unknown_id: this.unknownId,
        tag: stageTag,
        // Only for whom it is meant: names are scarce, and one that is in use is refused.
        ...(JSON.stringify(request.body ?? '').includes('{{free_device}}') ? { free_device: this.nextDevice() } : {}),
        ...(this.projectId === null ? {} : { project_id: this.projectId }),
      };
      const volume = await this.volume(given.volume, serverId, changes, held);
      if (effect === 'updated' && serverId && volume) await this.makeDifferent(serverId, volume, expect.shown ?? {});
      if (volume) Object.assign(values, volumeValues(volume));
      else if (given.volume !== undefined)
        values.volume_id = given.volume === 'malformed' ? 'novaspec' : this.unknownVolume;
      if (given.other !== undefined) values.other_volume_id = await this.other(given.other, held);
      const slot = held[0];
      return {
        values,
        serverId,
        volume,
        release: async place => {
          // Without a volume API nobody can tell whether an attach is complete, so the volume is taken off again.
          const surprised = place === 'unknown' || (place === 'attached' && !this.api.hasVolumes);
          if (slot && place === 'attached') slot.place = { server: serverId ?? '', tagged: hasTag(request.body) };
          if (slot && place === 'detached') slot.place = 'free';
          await this.giveBack(held, surprised);
          if (place === 'unknown' && !this.fixed) await this.shared.repairGallery();
        },
      };
    } catch (error) {
      await this.giveBack(held, true);
      throw error;
    }
  }

  /** An update to what is there already would prove nothing, so the attachment first gets the opposite. */
  private async makeDifferent(serverId: string, volume: LeasedVolume, shown: Record<string, unknown>): Promise<void> {
    const same = Object.entries(shown).filter(([key, value]) => volume.before?.[key] === value);
    if (same.length === 0) return;
    const opposite = Object.fromEntries(same.map(([key, value]) => [key, !value]));
    await this.builder.update(serverId, volume.id, opposite);
    volume.before = await findAttachment(this.api, serverId, volume.id);
  }

  private async server(given: string, changes: boolean): Promise<string | null> {
    switch (given) {
      case 'unknown':
      case 'malformed':
        return null;
      case 'volume_backed':
        return (await this.shared.volumeBacked()).serverId;
      case 'active':
        return this.shared.server(changes ? 'writer' : 'gallery');
      default:
        throw new StageError(`the stage knows no server '${given}'`);
    }
  }

  private async volume(
    given: string | undefined,
    serverId: string | null,
    changes: boolean,
    held: Slot[],
  ): Promise<LeasedVolume | null> {
    switch (given) {
      case undefined:
      case 'unknown':
      case 'malformed':
        return null;
      case 'available':
      case 'multiattach':
        return {
          id: (await this.hold(given === 'available' ? 'default' : given, 'free', held)).volumeId,
          before: null,
        };
      case 'root':
        return { ...(await this.shared.volumeBacked()).root };
      case 'foreign':
        return { id: await this.shared.foreignVolume(), before: null };
      case 'attached_elsewhere':
        return { id: await this.elsewhere(held), before: null };
      case 'attached':
      case 'attached_tagged':
      case 'attached_many':
        return this.attached(given, serverId, changes, held);
      default:
        throw new StageError(`the stage knows no volume '${given}'`);
    }
  }

  private async attached(
    given: string,
    serverId: string | null,
    changes: boolean,
    held: Slot[],
  ): Promise<LeasedVolume | null> {
    const tagged = given === 'attached_tagged';
    if (!changes && !this.fixed) {
      const gallery = await this.shared.gallery();
      const attachment = tagged ? gallery.tagged : gallery.plain;
      return { id: attachment.volumeId, before: serverId === gallery.serverId ? attachment : null };
    }
    const server = serverId ?? (await this.shared.server('gallery'));
    const slot = await this.hold('default', { server, tagged }, held);
    const before = await findAttachment(this.api, server, slot.volumeId);
    if (!before) throw new StageError(`volume ${slot.volumeId} was attached to server ${server}, but is not listed`);
    return { id: slot.volumeId, before: serverId === null ? null : before };
  }

  private async other(given: string, held: Slot[]): Promise<string> {
    if (given === 'unknown') return this.unknownVolume;
    if (given === 'attached_elsewhere') return this.elsewhere(held);
    return (await this.hold('default', 'free', held)).volumeId;
  }

  private async elsewhere(held: Slot[]): Promise<string> {
    if (!this.fixed) return this.shared.elsewhereVolume();
    const serverId = await this.shared.server('elsewhere');
    return (await this.hold('default', { server: serverId, tagged: false }, held)).volumeId;
  }

  private async hold(kind: string, place: Place, held: Slot[]): Promise<Slot> {
    for (;;) {
      const slot = await this.slots.acquire(kind, place);
      try {
        if (slot.place === 'unknown') await this.recover(slot);
        await moveTo(this.builder, slot, place, this.tag());
        held.push(slot);
        return slot;
      } catch (error) {
        // A volume that does not come off its server is of no use to anybody; another one is.
        if (this.fixed || typeof slot.place === 'object' || !(error instanceof StuckError)) {
          held.push(slot);
          throw error;
        }
        this.slots.retire();
      }
    }
  }

  /** Finds out where a volume is after a surprise, and takes it off there. */
  private async recover(slot: Slot): Promise<void> {
    for (const server of await this.shared.built()) {
      const attachment = await findAttachment(this.api, server, slot.volumeId);
      if (attachment) await this.builder.detach(server, slot.volumeId);
    }
    await this.builder.untilAvailable(slot.volumeId);
    slot.place = 'free';
  }

  private async giveBack(held: Slot[], suspect: boolean): Promise<void> {
    for (const slot of held) {
      if (suspect) {
        slot.place = 'unknown';
        try {
          await this.recover(slot);
        } catch {
          // Whatever the cloud did to this volume, the next case gets another one; the clean-up will name it.
          if (!this.fixed) {
            this.slots.retire();
            continue;
          }
        }
      }
      this.slots.release(slot);
    }
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
