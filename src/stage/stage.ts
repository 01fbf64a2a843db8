import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Contract } from '../contract/contract.ts';
import { compareMicroversions } from '../contract/microversion.ts';
import type { Case } from '../plan/case.ts';
import type { ResolvedTarget } from '../target/resolved.ts';
import type { Sessions } from '../target/session.ts';
import { Builder } from './builder.ts';
import { choose } from './choices.ts';
import { CloudApi } from './cloud-api.ts';
import { multiattachType } from './features.ts';
import { Ledger } from './ledger.ts';
import { type Attachment, findAttachment, listAttachments } from './observe.ts';
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

/** What a case was given: the values of its placeholders, and what must be true of its volumes if nothing happens. */
export interface Lease {
  values: Record<string, string>;
  /** The server that the request is about, where there is a real one. */
  serverId: string | null;
  /** The volume that the request is about, where there is a real one, and its attachment on that server before the request. */
  volume: { id: string; before: Attachment | null } | null;
  /** Ends the lease. `place`: where the volume is now, as far as the case knows. */
  release(place: 'as before' | 'attached' | 'detached' | 'unknown'): Promise<void>;
}

/** The tag of attachments that the stage makes itself. */
const stageTag = 'novaspec';

/** Attachments on the server that refused and reading calls share: none tagged, tagged, and one more for paging. */
interface Gallery {
  serverId: string;
  plain: Attachment;
  tagged: Attachment;
  /** The whole list. */
  rows: Attachment[];
}

/** Gives cases the servers and volumes that they need; everything is made when it is first asked for. */
export class Stage {
  readonly api: CloudApi;
  private readonly builder: Builder;
  private readonly slots: Slots;
  private readonly fixed: boolean;
  private readonly options: StageOptions;
  private readonly once = new Map<string, Promise<unknown>>();
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
    this.options = options;
    this.fixed = options.volumes.length > 0;
    this.api = new CloudApi(contract, sessions, target.compute.max, hasVolumes, options.isCancelled);
    this.projectId = sessions.session('member').projectId;
    const choices = () => this.memo('choices', () => choose(this.api, target.image !== null, contract.oldest));
    const ledger = new Ledger(options.ledgerFile);
    for (const volumeId of options.volumes) ledger.borrowing(volumeId);
    this.builder = new Builder(this.api, ledger, options.runId, choices);
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
        ...(JSON.stringify(request).includes('{{free_device}}') ? { free_device: this.nextDevice() } : {}),
        ...(this.projectId === null ? {} : { project_id: this.projectId }),
      };
      const volume = await this.volume(given.volume, serverId, changes, held);
      if (effect === 'updated' && serverId && volume) await this.makeDifferent(serverId, volume, expect.shown ?? {});
      if (volume) Object.assign(values, attachmentValues(volume));
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
          if (place === 'unknown') await this.repair();
        },
      };
    } catch (error) {
      await this.giveBack(held, true);
      throw error;
    }
  }

  /** An update to what is there already would prove nothing, so the attachment first gets the opposite. */
  private async makeDifferent(
    serverId: string,
    volume: NonNullable<Lease['volume']>,
    shown: Record<string, unknown>,
  ): Promise<void> {
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
        return (await this.volumeBacked()).serverId;
      case 'active':
        return this.plainServer(changes ? 'writer' : 'gallery');
      default:
        throw new StageError(`the stage knows no server '${given}'`);
    }
  }

  private async volume(
    given: string | undefined,
    serverId: string | null,
    changes: boolean,
    held: Slot[],
  ): Promise<Lease['volume']> {
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
        return this.memo('root', async () => {
          const backed = await this.volumeBacked();
          return { id: backed.volumeId, before: await findAttachment(this.api, backed.serverId, backed.volumeId) };
        });
      case 'foreign':
        return {
          id: await this.memo('foreign', () => this.phase('a volume', () => this.builder.volume('other'))),
          before: null,
        };
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
  ): Promise<Lease['volume']> {
    const tagged = given === 'attached_tagged';
    if (!changes && !this.fixed) {
      const gallery = await this.gallery();
      const attachment = tagged ? gallery.tagged : gallery.plain;
      return { id: attachment.volumeId, before: serverId === gallery.serverId ? attachment : null };
    }
    const server = serverId ?? (await this.plainServer('gallery'));
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
    const serverId = await this.plainServer('elsewhere');
    if (this.fixed) return (await this.hold('default', { server: serverId, tagged: false }, held)).volumeId;
    return this.memo('elsewhere volume', async () => {
      const volumeId = await this.builder.volume('member');
      await this.builder.attach(serverId, volumeId, null);
      return volumeId;
    });
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
    const servers = await Promise.all(
      ['gallery', 'writer', 'elsewhere'].filter(name => this.once.has(name)).map(name => this.plainServer(name)),
    );
    for (const server of servers) {
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

  /** Puts back what a misbehaving cloud took from the shared server. */
  private async repair(): Promise<void> {
    if (this.fixed || !this.once.has('gallery')) return;
    // What cannot even be looked at cannot be put back; the cases that need it will say so.
    const intact = await this.galleryIsIntact().catch(() => true);
    // A new server with new volumes: cheaper to trust than one that somebody tampered with.
    if (!intact) {
      this.once.delete('gallery');
      this.once.delete('gallery attachments');
    }
  }

  private async galleryIsIntact(): Promise<boolean> {
    const serverId = await this.plainServer('gallery');
    const { rows } = this.once.has('gallery attachments') ? await this.gallery() : { rows: [] };
    const now = await listAttachments(this.api, serverId);
    return now.length === rows.length && rows.every(row => now.some(other => isDeepStrictEqual(row, other)));
  }

  private gallery(): Promise<Gallery> {
    return this.memo('gallery attachments', async () => {
      const serverId = await this.plainServer('gallery');
      const ids = await Promise.all([0, 1, 2].map(() => this.phase('volumes', () => this.builder.volume('member'))));
      const tags = [null, this.tag(), null];
      await Promise.all(ids.map((id, index) => this.builder.attach(serverId, id, tags[index] ?? null)));
      const rows = await listAttachments(this.api, serverId);
      const [plain, tagged] = ids.map(id => rows.find(({ volumeId }) => volumeId === id));
      if (!plain || !tagged)
        throw new StageError('the shared server does not list the volumes that were attached to it');
      return { serverId, plain, tagged, rows };
    });
  }

  private volumeBacked(): Promise<{ serverId: string; volumeId: string }> {
    return this.memo('volume backed', () =>
      this.phase('a server on a volume', async () => {
        const volumeId = await this.builder.bootableVolume('member');
        return { serverId: await this.builder.serverFromVolume('member', volumeId), volumeId };
      }),
    );
  }

  private plainServer(name: string): Promise<string> {
    return this.memo(name, () => this.phase(`the ${name} server`, () => this.builder.server('member')));
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

  private phase<T>(what: string, work: () => Promise<T>): Promise<T> {
    this.options.onPhase(`building ${what}`);
    return work();
  }

  private memo<T>(name: string, make: () => Promise<T>): Promise<T> {
    let made = this.once.get(name) as Promise<T> | undefined;
    if (!made) {
      made = make();
      this.once.set(name, made);
    }
    return made;
  }
}

function hasTag(body: unknown): boolean {
  return Object.values(body ?? {}).some(inner => typeof (inner as { tag?: unknown } | null)?.tag === 'string');
}

/** What an attachment lends to placeholders. */
function attachmentValues({ id, before }: NonNullable<Lease['volume']>): Record<string, string> {
  const values: Record<string, string> = { volume_id: id };
  for (const key of ['device', 'attachment_id', 'bdm_uuid']) {
    const value = before?.[key];
    if (typeof value === 'string') values[key] = value;
  }
  return values;
}
