import type { Model } from '../model/model.ts';
import type { SeenAttachment, SeenVolume } from '../model/sight.ts';
import { type CloudApi, describe, isGone, succeeded } from '../stage/cloud-api.ts';
import { readVolume } from '../stage/observe.ts';
import { StageError } from '../stage/stage-error.ts';
import type { Exchange } from '../target/exchange.ts';
import type { Place } from './venue.ts';

/** What is wrong with a list by itself, whatever it should hold. */
export interface Flaw {
  invariant: 'once' | 'here' | 'kept' | 'distinct';
  expected: string;
  received: string;
}

/** Reads the servers and volumes of one history, by number, and remembers what must not change. */
export class Observer {
  private readonly model: Model;
  private readonly api: CloudApi;
  private readonly place: Place;
  /** Server and volume -> what identifies their attachment. */
  private readonly kept = new Map<string, Record<string, unknown>>();
  requests = 0;

  constructor(model: Model, api: CloudApi, place: Place) {
    this.model = model;
    this.api = api;
    this.place = place;
  }

  /** The list of a server, at the newest microversion; null: the server is gone. */
  async list(server: number): Promise<{ exchange: Exchange; list: SeenAttachment[] | null; flaws: Flaw[] }> {
    this.requests += 1;
    const path = `/servers/${this.place.servers[server]}/os-volume_attachments`;
    const exchange = await this.api.ask('member', 'compute', 'GET', path);
    if (isGone(this.api, exchange)) return { exchange, list: null, flaws: [] };
    const items = itemsOf(exchange);
    if (!succeeded(exchange) || items === null)
      throw new StageError(`looking at the attachments: ${describe(exchange)}`);
    return { exchange, list: this.seen(items), flaws: this.flaws(server, items) };
  }

  /** A volume as the volume API shows it; null: it is gone. */
  async volume(number: number): Promise<SeenVolume | null> {
    this.requests += 1;
    const view = await readVolume(this.api, 'member', this.place.volumes[number] ?? '');
    return view && { status: view.status, servers: view.servers.map(id => this.place.servers.indexOf(id)) };
  }

  /** Attachments as the history numbers them. */
  seen(items: readonly Record<string, unknown>[]): SeenAttachment[] {
    return items.map(properties => ({ volume: this.place.volumes.indexOf(String(properties.volumeId)), properties }));
  }

  /** What is wrong with the attachments that a server lists. */
  flaws(server: number, items: readonly Record<string, unknown>[]): Flaw[] {
    const id = this.place.servers[server];
    const { kept, distinct } = this.model.contract.data.histories;
    const flaws: Flaw[] = [];
    const repeated = (key: string) =>
      repeatedIn(items.map(item => item[key]).filter(value => typeof value === 'string'));
    const [twice] = repeated('volumeId');
    if (twice !== undefined)
      flaws.push({ invariant: 'once', expected: 'each volume once', received: `${twice} twice` });
    const stranger = items.find(({ serverId }) => serverId !== id);
    if (stranger) flaws.push({ invariant: 'here', expected: String(id), received: String(stranger.serverId) });
    for (const key of twice === undefined ? distinct : []) {
      const [same] = repeated(key);
      if (same !== undefined) {
        flaws.push({
          invariant: 'distinct',
          expected: `a ${key} of its own for each`,
          received: `${key} ${same} twice`,
        });
      }
    }
    for (const item of items) {
      const before = this.kept.get(this.keyOf(server, item)) ?? {};
      const [changed] = kept.filter(key => key in before && key in item && before[key] !== item[key]);
      if (changed !== undefined) {
        const [expected, received] = [before[changed], item[changed]].map(value => `${changed} ${String(value)}`);
        flaws.push({ invariant: 'kept', expected: expected ?? '', received: received ?? '' });
      }
    }
    this.remember(server, items);
    return flaws;
  }

  /** A new attachment begins, whether or not the end of the one before was seen. */
  forget(server: number, volume: number): void {
    this.kept.delete(this.keyOf(server, { volumeId: this.place.volumes[volume] }));
  }

  /** An attachment that is not listed is over; the next one of the same volume is another one. */
  private remember(server: number, items: readonly Record<string, unknown>[]): void {
    const { kept } = this.model.contract.data.histories;
    const keys = new Set(items.map(item => this.keyOf(server, item)));
    for (const key of this.kept.keys()) {
      if (key.startsWith(`${server} `) && !keys.has(key)) this.kept.delete(key);
    }
    for (const item of items) {
      const known = Object.entries(item).filter(([key, value]) => kept.includes(key) && value !== null);
      const key = this.keyOf(server, item);
      this.kept.set(key, { ...Object.fromEntries(known), ...this.kept.get(key) });
    }
  }

  private keyOf(server: number, { volumeId }: Record<string, unknown>): string {
    return `${server} ${String(volumeId)}`;
  }
}

/** The items of a list in an answer, or null when it has none. */
export function itemsOf({ response }: Exchange): Record<string, unknown>[] | null {
  const [list] = Object.values((response.json ?? {}) as Record<string, unknown>);
  return Array.isArray(list) ? (list as Record<string, unknown>[]) : null;
}

function repeatedIn(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}
