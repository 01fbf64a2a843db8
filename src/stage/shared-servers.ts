import { isDeepStrictEqual } from 'node:util';
import type { Builder } from './builder.ts';
import type { CloudApi } from './cloud-api.ts';
import { type Attachment, listAttachments } from './observe.ts';
import { Once } from './once.ts';
import { StageError } from './stage-error.ts';

/** `gallery`: for cases that change nothing; `writer`: for those that do; `elsewhere`: holds a volume of its own. */
export type ServerName = 'gallery' | 'writer' | 'elsewhere';

const names: readonly ServerName[] = ['gallery', 'writer', 'elsewhere'];

/** The attachments that cases which change nothing share: one without a tag, one with, and one more for paging. */
export interface Gallery {
  serverId: string;
  plain: Attachment;
  tagged: Attachment;
  /** The whole list. */
  rows: Attachment[];
}

/** The servers that cases share, and the volumes that stay on them; each is built when it is first asked for. */
export class SharedServers {
  private readonly api: CloudApi;
  private readonly builder: Builder;
  /** The tag for the gallery's tagged attachment; null where the target takes none. */
  private readonly tag: string | null;
  private readonly onPhase: (text: string) => void;
  private readonly once = new Once();

  constructor(api: CloudApi, builder: Builder, tag: string | null, onPhase: (text: string) => void) {
    this.api = api;
    this.builder = builder;
    this.tag = tag;
    this.onPhase = onPhase;
  }

  /** A server from the image. */
  server(name: ServerName): Promise<string> {
    return this.once.get(name, () => this.build(`the ${name} server`, () => this.builder.server('member')));
  }

  /** Ids of the servers that were built so far and that a volume of the pool may be on. */
  built(): Promise<string[]> {
    return Promise.all(names.filter(name => this.once.has(name)).map(name => this.server(name)));
  }

  /** A volume of the other project. */
  foreignVolume(): Promise<string> {
    return this.once.get('foreign', () => this.build('a volume', () => this.builder.volume('other')));
  }

  /** A volume that stays attached to the server `elsewhere`. */
  elsewhereVolume(): Promise<string> {
    return this.once.get('elsewhere volume', async () => {
      const [serverId, volumeId] = await Promise.all([this.server('elsewhere'), this.builder.volume('member')]);
      await this.builder.attach(serverId, volumeId, null);
      return volumeId;
    });
  }

  /** The shared attachments. */
  gallery(): Promise<Gallery> {
    return this.once.get('gallery attachments', () =>
      this.build('the gallery’s volumes', async () => {
        const serverId = await this.server('gallery');
        const ids = await Promise.all([0, 1, 2].map(() => this.builder.volume('member')));
        const tags = [null, this.tag, null];
        await Promise.all(ids.map((id, index) => this.builder.attach(serverId, id, tags[index] ?? null)));
        const rows = await listAttachments(this.api, serverId);
        const [plain, tagged] = ids.map(id => rows.find(({ volumeId }) => volumeId === id));
        if (!plain || !tagged) {
          throw new StageError('the shared server does not list the volumes that were attached to it');
        }
        return { serverId, plain, tagged, rows };
      }),
    );
  }

  /** After a surprise: a gallery that somebody tampered with is left to the clean-up, and the next case gets a new one. */
  async repairGallery(): Promise<void> {
    if (!this.once.has('gallery')) return;
    // What cannot even be looked at cannot be replaced; the cases that need it will say so.
    const intact = await this.galleryIsIntact().catch(() => true);
    if (intact) return;
    this.once.forget('gallery');
    this.once.forget('gallery attachments');
  }

  private async galleryIsIntact(): Promise<boolean> {
    const serverId = await this.server('gallery');
    const { rows } = this.once.has('gallery attachments') ? await this.gallery() : { rows: [] };
    const now = await listAttachments(this.api, serverId);
    return now.length === rows.length && rows.every(row => now.some(other => isDeepStrictEqual(row, other)));
  }

  private build<T>(what: string, work: () => Promise<T>): Promise<T> {
    this.onPhase(`building ${what}`);
    return work();
  }
}
