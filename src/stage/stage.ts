import { randomUUID } from 'node:crypto';
import type { Contract } from '../contract/contract.ts';
import { compareMicroversions } from '../contract/microversion.ts';
import type { Scope } from '../evidence/scope.ts';
import type { Case } from '../plan/case.ts';
import type { ResolvedTarget } from '../target/resolved.ts';
import type { Sessions } from '../target/session.ts';
import type { Budget } from './budget.ts';
import { Builder } from './builder.ts';
import { CaseVolumes } from './case-volumes.ts';
import type { Choices } from './choices.ts';
import { cleanUp } from './cleanup.ts';
import { CloudApi } from './cloud-api.ts';
import { multiattachType } from './features.ts';
import type { Holding } from './holding.ts';
import { type Lease, type LeasedVolume, volumeValues } from './lease.ts';
import { Ledger } from './ledger.ts';
import { findAttachment } from './observe.ts';
import { VolumePool } from './pool.ts';
import { SharedServers } from './shared-servers.ts';
import { StageCounts } from './stage-counts.ts';
import { StageError, UnreachableError } from './stage-error.ts';
import { Tickets } from './tickets.ts';
import { Walkers } from './walkers.ts';
import { wishOf } from './wish.ts';

/** What the stage works with. */
export interface StageOptions {
  runId: string;
  ledgerFile: string;
  /** Volumes that the user gave; then none is created. */
  volumes: string[];
  /** The cases to come, so that a server stays where it is until nobody needs it there. */
  cases: readonly Case[];
  budget: Budget;
  choices: Choices;
  /** Whether the run is to end; waits then end at once. */
  isCancelled: () => boolean;
  /** Memory for what the stage counts; its own without it. */
  counts?: SharedArrayBuffer;
  /** Where the stage's own requests are noted. */
  scope?: Scope | null;
  /** Told what the stage is busy with. */
  onPhase: (text: string) => void;
}

/** What histories build their own servers and volumes with. */
export interface Workshop {
  builder: Builder;
  /** Name of the volume type for a situation of volumes. */
  typeOf: (kind: string) => Promise<string | undefined>;
  /** Values of placeholders that do not depend on a lease. */
  values: Record<string, string>;
  /** A device name that nothing has yet. */
  nextDevice: () => string;
}

/** The tag of attachments that the stage makes itself. */
const stageTag = 'novaspec';

/** Gives cases the servers and volumes that they need; everything is made when it is first asked for. */
export class Stage {
  readonly api: CloudApi;
  private readonly builder: Builder;
  private readonly pool: VolumePool;
  private readonly shared: SharedServers;
  private readonly volumes: CaseVolumes;
  private readonly walkers: Walkers;
  private readonly unknownId = randomUUID();
  private readonly unknownServer = randomUUID();
  private readonly unknownVolume = randomUUID();
  private readonly projectId: string | null;
  private devices = 0;
  private readonly ledger: Ledger;
  private readonly stepValues: Record<string, string>;
  /** Servers for single cases, at once. */
  private readonly own: Tickets;

  constructor(contract: Contract, target: ResolvedTarget, sessions: Sessions, options: StageOptions) {
    const hasVolumes = target.volume !== null;
    const counts = new StageCounts(options.counts);
    this.api = new CloudApi(contract, sessions, target.compute.max, hasVolumes, options.isCancelled, counts, {
      scope: options.scope ?? null,
    });
    this.projectId = sessions.session('member').projectId;
    const ledger = new Ledger(options.ledgerFile);
    for (const volumeId of options.volumes) ledger.borrowing(volumeId);
    this.ledger = ledger;
    this.builder = new Builder(this.api, ledger, options.runId, options.choices);
    this.shared = new SharedServers(this.api, this.builder, this.tag(), options.onPhase);
    const create = async (kind: string) => this.builder.volume('member', await this.typeOf(kind));
    this.pool = new VolumePool(this.api, this.builder, {
      volumes: options.volumes,
      capacity: options.budget.volumes,
      tag: this.tag(),
      create,
      servers: () => this.shared.built(),
    });
    this.volumes = new CaseVolumes(this.api, this.builder, this.pool, this.shared, this.unknownVolume);
    const { stage } = contract.data;
    this.own = new Tickets(options.budget.own);
    const wishes = options.cases.flatMap(one => (one.skip ? [] : (wishOf(one, stage) ?? [])));
    const { resizeFlavor } = options.choices;
    this.stepValues = resizeFlavor === null ? {} : { resize_flavor_id: resizeFlavor.id };
    this.walkers = new Walkers(this.api, this.builder, {
      values: this.stepValues,
      capacity: options.budget.walkers,
      wishes,
      onPhase: options.onPhase,
    });
  }

  /** Removes all that leases were about, for histories, which build by themselves; there are no leases after it. */
  async retire(): Promise<Workshop> {
    await cleanUp(this.api, this.ledger);
    return {
      builder: this.builder,
      typeOf: kind => this.typeOf(kind),
      values: { ...this.stepValues, tag: stageTag, ...(this.projectId === null ? {} : { project_id: this.projectId }) },
      nextDevice: () => this.nextDevice(),
    };
  }

  /** Everything that a case is given. @throws UnreachableError, StageError when it cannot be brought about */
  async lease(one: Case): Promise<Lease> {
    const { given, expect, request } = one;
    const { effect } = expect;
    const changes = effect !== undefined && effect !== 'none';
    const holding: Holding = { one, changes, held: [], visit: null, serverId: null, undo: [] };
    try {
      holding.tickets = await this.pool.reserve(this.volumes.count(one));
      const free = await this.volumes.free(holding);
      const otherId = await this.volumes.other(holding);
      const wish = wishOf(one, this.api.data);
      if (wish) holding.visit = await this.walkers.visit(wish);
      const { visit } = holding;
      const serverId = visit?.serverId ?? (await this.server(holding));
      holding.serverId = serverId;
      const values: Record<string, string> = {
        server_id: serverId ?? (given.server === 'malformed' ? 'novaspec' : this.unknownServer),
        unknown_id: this.unknownId,
        tag: stageTag,
        // Only for whom it is meant: names are scarce, and one that is in use is refused.
        ...(JSON.stringify(request.body ?? '').includes('{{free_device}}') ? { free_device: this.nextDevice() } : {}),
        ...(this.projectId === null ? {} : { project_id: this.projectId }),
      };
      const volume = free ?? (await this.volumes.given(holding));
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
        elsewhereId: given.beside === undefined ? null : await this.shared.server('elsewhere'),
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
    const distrust = () => {
      suspect = true;
    };
    try {
      for (const step of undo.toReversed()) await step().catch(distrust);
      // Nothing may stay on a server that walks on, as the next situation may not let it go.
      for (const slot of visit && !suspect ? held : []) {
        await this.pool.takeOff(slot, visit?.serverId ?? '', one.persona).catch(distrust);
      }
      await this.pool.giveBack(held, suspect, visit?.exists ? visit.serverId : null);
      await visit?.leave(suspect);
    } finally {
      // Others wait for these; kept by mistake they would hold up the whole run.
      holding.tickets?.();
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

  private server({ one: { given }, changes, undo }: Holding): Promise<string> | null {
    // The attachments of the gallery are for looking at.
    const adds = this.volumes.addsAttachment(given.volume ?? '');
    switch (given.server) {
      case 'unknown':
      case 'malformed':
        return null;
      case 'own':
        return this.ownServer(undo);
      case 'image_backed':
        return this.shared.server(changes || adds ? 'writer' : 'gallery');
      default:
        throw new StageError(`the stage knows no server '${given.server}'`);
    }
  }

  /** A server for one case alone, which does with it as it likes. */
  private async ownServer(undo: Holding['undo']): Promise<string> {
    const done = await this.own.take(1);
    undo.push(() => Promise.resolve(done()));
    const serverId = await this.builder.server('member');
    undo.push(() => this.builder.removeServer(serverId));
    return serverId;
  }

  private async typeOf(kind: string): Promise<string | undefined> {
    const { types } = this.api.data.volume;
    return kind === 'multiattach' ? ((await multiattachType(this.api)) ?? '') : types[kind]?.type;
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
