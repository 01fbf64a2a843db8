import { isDeepStrictEqual } from 'node:util';
import type { Builder } from './builder.ts';
import type { CloudApi } from './cloud-api.ts';
import { type Attachment, findAttachment, isAttached, isDetached, readStanding, readVolume } from './observe.ts';
import { readServer, shows } from './server-view.ts';
import { StageError } from './stage-error.ts';
import { type OwnServer, sendStep, takeSteps } from './state-steps.ts';

/** `image_backed` with a volume beside its disk, or `volume_backed`: with a volume as its disk; `unscheduled`: never ran. */
export type WalkerKind = 'image_backed' | 'volume_backed' | 'unscheduled';

/** `read`: leaves all as it is; `write`: changes attachments of its own; `own`: changes the resident volume's, or what others see. */
export type Mode = 'read' | 'write' | 'own';

/** A server that walks from situation to situation, with one volume that stays on it. */
export class Walker {
  readonly kind: WalkerKind;
  readonly serverId: string;
  readonly volumeId: string;
  /** The volume that it boots from, if it does. */
  rootId: string | null = null;
  /** Where it is; null while it is between situations. */
  situation: string | null;
  /** Where it is going. */
  goal: string | null = null;
  visitors = 0;
  /** Whether it is not being built any more. */
  isBuilt = false;
  mode: Mode = 'read';
  /** Whether the server can be looked at. */
  exists = true;
  /** The resident volume's attachment, where there is one to see. */
  resident: Attachment | null = null;
  residentStatus: string | null = null;
  private look: Promise<unknown> = Promise.resolve();
  private nextLook: Promise<boolean> | null = null;
  private readonly atRest: (() => void)[] = [];
  private readonly api: CloudApi;
  private readonly usual: string;

  constructor(api: CloudApi, kind: WalkerKind, serverId: string, volumeId: string, usual: string) {
    this.api = api;
    this.kind = kind;
    this.serverId = serverId;
    this.volumeId = volumeId;
    this.usual = usual;
    this.situation = null;
  }

  /** Takes the server to where it can enter a situation, which is the usual one or the one where it is. @throws UnreachableError, StageError */
  async leaveFor(situation: string, values: Record<string, string>): Promise<void> {
    const { states } = this.api.data;
    const from = this.situation;
    this.situation = null;
    if (from === null || from === this.usual || states[situation]?.from?.includes(from)) return;
    await takeSteps(this.api, this.own, states[from]?.leave ?? [], values);
  }

  /** Takes the server into a situation from where it can be entered. @throws UnreachableError, StageError */
  async enter(situation: string, values: Record<string, string>): Promise<void> {
    await takeSteps(this.api, this.own, this.api.data.states[situation]?.enter ?? [], values);
    await this.arrive(situation);
  }

  /** Notes that the server is in a situation, and looks at the resident volume. */
  async arrive(situation: string): Promise<void> {
    this.exists = (await readServer(this.api, 'member', this.serverId)) !== null;
    // An API that does not even list is for the cases about lists to judge.
    const look = () => findAttachment(this.api, this.serverId, this.volumeId).catch(() => null);
    this.resident = this.exists ? await look() : null;
    const attached = this.resident !== null && this.api.hasVolumes;
    this.residentStatus = attached ? ((await readVolume(this.api, 'member', this.volumeId))?.status ?? null) : null;
    this.situation = situation;
  }

  /** Notes that a visitor is gone. */
  left(): void {
    this.visitors -= 1;
    if (this.visitors === 0) for (const resolve of this.atRest.splice(0)) resolve();
  }

  /** Resolves when nobody is there. */
  deserted(): Promise<void> {
    return this.visitors === 0 ? Promise.resolve() : new Promise(resolve => this.atRest.push(resolve));
  }

  /** Attaches the resident volume where the server lacks it: not every cloud attaches volumes as it builds a server. */
  async complete(builder: Builder): Promise<void> {
    if (this.kind !== 'image_backed') return;
    if (!(await this.hasResident())) {
      await builder.untilAvailable(this.volumeId);
      await builder.attach(this.serverId, this.volumeId, null);
    }
    await this.arrive(this.situation ?? this.usual);
  }

  /** Whether the resident volume is attached, once nothing is at work with it: a case may have come too late for its moment. */
  private async hasResident(): Promise<boolean> {
    const { limits } = this.api.data;
    const attached = await this.api.wait(async () => {
      const standing = await readStanding(this.api, this.serverId, this.volumeId);
      if (isAttached(this.api, standing, this.serverId)) return true;
      // On a server without a host a volume is attached without being in use.
      if (standing.attachment && standing.volume?.status === this.residentStatus) return true;
      return isDetached(this.api, standing, this.serverId) ? false : undefined;
    }, limits.detach);
    return attached ?? false;
  }

  /** Waits until the server that is being built shows its volume; false when it never does before it is ready. */
  async isBorn(): Promise<boolean> {
    const look = async () => {
      if (this.isBuilt) return false;
      const view = await readServer(this.api, 'member', this.serverId);
      return view?.volumes.includes(this.volumeId) ? true : undefined;
    };
    const { limits, moments } = this.api.data;
    const born = await this.api.wait(look, limits.server_build, moments.poll).catch(() => false);
    return born === true && !this.isBuilt;
  }

  /** Whether the server is as it usually is. */
  async isUsual(): Promise<boolean> {
    const sights = this.api.data.server.ready.map(status => ({ status }));
    return shows(await readServer(this.api, 'member', this.serverId), sights);
  }

  /** Starts the task that makes a moment. */
  async begin(moment: string, values: Record<string, string>): Promise<void> {
    const step = this.api.data.states[moment]?.enter?.at(-1);
    if (step) await sendStep(this.api, this.own, step, values);
  }

  /** Whether a moment still lasts, as seen by a look that begins after the question; whoever asks meanwhile shares it. */
  lasts(moment: string): Promise<boolean> {
    this.nextLook ??= this.look.then(() => {
      const look = this.seesMoment(moment);
      this.nextLook = null;
      this.look = look.catch(() => false);
      return look;
    });
    return this.nextLook;
  }

  private async seesMoment(moment: string): Promise<boolean> {
    const view = await readServer(this.api, 'member', this.serverId);
    return view !== null && !shows(view, this.endOf(moment)) && !this.api.data.server.failed.includes(view.status);
  }

  /** Waits for the end of a moment. */
  async rest(moment: string): Promise<void> {
    const { limits } = this.api.data;
    const over = await this.api.wait(async () => ((await this.lasts(moment)) ? undefined : true), limits.server_state);
    if (!over) throw new StageError(`server ${this.serverId} was still ${moment} after ${limits.server_state} s`);
  }

  /** After a surprise: whether the resident volume is attached as it was, which is tried to be brought about. */
  async repair(builder: Builder): Promise<boolean> {
    // What was accepted by surprise has to be over before anybody can say what it did.
    await this.hasResident();
    const now = await findAttachment(this.api, this.serverId, this.volumeId);
    if (isDeepStrictEqual(now, this.resident)) return true;
    if (this.situation !== this.usual || this.kind !== 'image_backed') return false;
    await this.complete(builder);
    return this.resident !== null;
  }

  private get own(): OwnServer {
    return { serverId: this.serverId, persona: 'member' };
  }

  private endOf(moment: string) {
    const { states, server } = this.api.data;
    return states[moment]?.enter?.at(-1)?.until ?? server.ready.map(status => ({ status }));
  }
}
