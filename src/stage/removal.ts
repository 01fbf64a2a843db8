import { TargetError } from '../target/errors.ts';
import { listAt, mappingAt, stringAt } from '../target/json.ts';
import { type CloudApi, describe, isGone, succeeded } from './cloud-api.ts';
import { type Resource, serviceOf } from './ledger.ts';
import { StageError } from './stage-error.ts';

/** The removal of one resource of a ledger, step by step. */
export class Removal {
  /** Why the resource is still there, as far as is known. */
  why = 'still there: the clean-up ran out of time';
  /** Undefined until it is known. */
  id: string | undefined;
  private readonly api: CloudApi;
  private readonly resource: Resource;
  private readonly borrowed: ReadonlySet<string>;
  private readonly settled: number;
  private accepted = false;
  private isReady = false;

  /** `borrowed`: volumes that must outlive it; `settled`: when something of unknown id can no longer appear (epoch, ms). */
  constructor(api: CloudApi, resource: Resource, borrowed: ReadonlySet<string>, settled: number) {
    this.api = api;
    this.resource = resource;
    this.borrowed = borrowed;
    this.settled = settled;
    this.id = resource.id;
  }

  /** True: it is gone; false: it must stay; undefined: ask again. @throws TargetError `config` where asking is no use */
  async step(): Promise<boolean | undefined> {
    try {
      return await this.tryStep();
    } catch (error) {
      // A connection may come back; wrong settings do not become right.
      if (error instanceof TargetError && error.kind === 'config') throw error;
      this.why = `still there: ${error instanceof Error ? error.message : String(error)}`;
      return undefined;
    }
  }

  /** Only reads. `foreign`: of another name, so the run did not make it. @throws StageError when the cloud does not say */
  async look(): Promise<'gone' | 'there' | 'foreign'> {
    const { kind, persona, name } = this.resource;
    this.id ??= await findByName(this.api, this.resource);
    if (this.id === undefined) return 'gone';
    const now = await this.api.ask(persona, serviceOf(kind), 'GET', `/${kind}s/${this.id}`);
    if (isGone(this.api, now)) return 'gone';
    if (!succeeded(now)) throw new StageError(describe(now));
    this.why = `still there: ${describe(now)}`;
    const actual = stringAt(mappingAt(now.response.json, kind), 'name');
    if (actual === undefined || actual === name) return 'there';
    this.why = `not touched: its name is '${actual}', so the run did not make it`;
    return 'foreign';
  }

  private async tryStep(): Promise<boolean | undefined> {
    const { kind, persona } = this.resource;
    const found = await this.look();
    if (found === 'foreign') return false;
    if (found === 'gone') return this.id !== undefined || Date.now() >= this.settled ? true : undefined;
    const path = `/${kind}s/${this.id}`;
    if (this.accepted) {
      this.why = 'still there: its deletion was accepted, but did not end';
      // Where deleted servers are kept for a while, this ends that; elsewhere it is refused, which is fine.
      if (kind === 'server') await this.act(path, this.api.data.server.force_delete);
      return undefined;
    }
    if (kind === 'server' && !(await this.freeBorrowedVolumes(path))) {
      this.why = 'kept: a volume given by --volume does not come off it, and could be deleted with it';
      return false;
    }
    await this.leaveSituation(path);
    const answer = await this.api.ask(persona, serviceOf(kind), 'DELETE', path);
    this.accepted = succeeded(answer);
    if (this.accepted) return undefined;
    // A volume may still be on its way off a server, so a refused delete is asked again.
    this.why = `still there: ${describe(answer)}`;
    await this.act(path, this.api.data[kind].when_delete_refused);
    if (kind === 'volume') await this.endOrphans();
    return undefined;
  }

  /** A server that was deleted at the wrong moment may leave an attachment behind that nobody but Cinder can end. */
  private async endOrphans(): Promise<void> {
    const { api } = this;
    const { orphans } = api.data.volume;
    const send = (method: string, path: string, query?: string) =>
      api.session(this.resource.persona).send('volume', {
        method,
        path,
        headers: orphans.headers,
        ...(query === undefined ? {} : { query }),
      });
    const answer = await send('GET', '/attachments', `volume_id=${this.id}`);
    for (const attachment of listAt(answer.response.json, 'attachments')) {
      const [id, server] = [stringAt(attachment, 'id'), stringAt(attachment, 'instance')];
      if (id === undefined || server === undefined || stringAt(attachment, 'volume_id') !== this.id) continue;
      const isGoneServer = isGone(api, await api.ask('member', 'compute', 'GET', `/servers/${server}`));
      if (isGoneServer) await send('DELETE', `/attachments/${id}`);
    }
  }

  /** Some situations would cost the volumes of a server that is deleted in them. */
  private async leaveSituation(path: string): Promise<void> {
    const { situation = '', persona } = this.resource;
    if (this.isReady) return;
    for (const { as = persona, action } of this.api.data.states[situation]?.leave ?? []) {
      if (this.api.hasPersona(as)) await this.api.ask(as, 'compute', 'POST', `${path}/action`, action);
    }
    this.isReady = true;
  }

  private async act(path: string, body: unknown): Promise<void> {
    const { kind, persona } = this.resource;
    await this.api.ask(persona, serviceOf(kind), 'POST', `${path}/action`, body);
  }

  /** Takes the user's volumes off the server: its deletion could delete them, as an attachment may say. False when one stays. */
  private async freeBorrowedVolumes(server: string): Promise<boolean> {
    if (this.borrowed.size === 0) return true;
    const { api } = this;
    const path = `${server}/os-volume_attachments`;
    const asked = new Set<string>();
    const free = await api.wait(async () => {
      const exchange = await api.ask('member', 'compute', 'GET', path);
      if (isGone(api, exchange)) return true;
      const ids = listAt(exchange.response.json, 'volumeAttachments').flatMap(each => stringAt(each, 'volumeId') ?? []);
      const listed = ids.filter(id => this.borrowed.has(id));
      if (succeeded(exchange) && listed.length === 0) return true;
      for (const id of listed.filter(each => !asked.has(each))) {
        if (succeeded(await api.ask('member', 'compute', 'DELETE', `${path}/${id}`))) asked.add(id);
      }
      return undefined;
    }, api.data.limits.detach);
    return free === true;
  }
}

/** The run may have ended before the cloud told the id. Names are unique, and only an exact match counts. */
async function findByName(api: CloudApi, { kind, name, persona }: Resource): Promise<string | undefined> {
  const path = `/${kind}s?name=${encodeURIComponent(name)}`;
  const exchange = await api.ask(persona, serviceOf(kind), 'GET', path);
  if (!succeeded(exchange)) throw new StageError(`looking for ${name}: ${describe(exchange)}`);
  const found = listAt(exchange.response.json, `${kind}s`).find(each => stringAt(each, 'name') === name);
  return stringAt(found, 'id');
}
