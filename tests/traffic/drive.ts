import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'yaml';
import type { RecordedCloud } from './recorder.ts';

/** A JSON value of which a test knows the shape. */
// biome-ignore lint/suspicious/noExplicitAny: the client looks into bodies whose shape it relies on
type Body = any;

interface Ask {
  /** As a value of OpenStack-API-Version. */
  version?: string;
  headers?: Record<string, string>;
  body?: unknown;
  text?: string;
}

/** A client of its own: Node's fetch, none of novaspec's code. */
class Client {
  readonly #url: string;
  #token = '';
  #project = '';

  constructor(url: string) {
    this.#url = url;
  }

  async signIn(clouds: Body, name: string): Promise<void> {
    const { auth } = clouds[name];
    const domain = { id: 'default' };
    const user = { name: auth.username, password: auth.password, domain };
    const scope = { project: { name: auth.project_name, domain } };
    const body = { auth: { identity: { methods: ['password'], password: { user } }, scope } };
    const answer = await this.#fetch('POST', '/identity/v3/auth/tokens', { body });
    this.#token = answer.headers.get('x-subject-token') ?? '';
    this.#project = ((await answer.json()) as Body).token.project.id;
  }

  /** The path is Nova's. */
  nova(method: string, path: string, ask: Ask = {}): Promise<Response> {
    return this.#fetch(method, `/compute/v2.1${path}`, ask);
  }

  async json(method: string, path: string, ask: Ask = {}): Promise<Body> {
    const answer = await this.nova(method, path, ask);
    return answer.json();
  }

  cinder(method: string, path: string, body?: unknown): Promise<Response> {
    return this.#fetch(method, `/volume/v3/${this.#project}${path}`, body === undefined ? {} : { body });
  }

  async glance(path: string): Promise<Body> {
    return (await this.#fetch('GET', `/image/v2${path}`, {})).json();
  }

  /** Waits until a server has a status, or until a volume has it; a faulty cloud may never come to it, and is driven on. */
  async until(status: string, path: string, volume = false): Promise<void> {
    for (let attempt = 0; attempt < 150; attempt += 1) {
      const answer = await (volume ? this.cinder('GET', path) : this.nova('GET', path));
      const body = answer.status === 200 ? ((await answer.json()) as Body) : { none: { status: 'gone' } };
      const [one] = Object.values<Body>(body);
      if (one.status.startsWith(status) && (one['OS-EXT-STS:task_state'] ?? null) === null) return;
      await pause(2);
    }
  }

  #fetch(method: string, path: string, { version, headers = {}, body, text }: Ask): Promise<Response> {
    return fetch(this.#url + path, {
      method,
      headers: {
        ...(this.#token === '' ? {} : { 'X-Auth-Token': this.#token }),
        ...(version === undefined ? {} : { 'OpenStack-API-Version': version }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined && text === undefined ? {} : { body: text ?? JSON.stringify(body) }),
    });
  }
}

/** One at each side of what changes answers. */
const manyVersions = ['2.1', '2.20', '2.69', '2.70', '2.79', '2.85', '2.88', '2.89', '2.100', '2.101', 'latest'];

const nobody = 'b7f3a1c4-9d52-4e0b-8a6f-3c1d5e7f9a20';

/** What an ordinary client does, at many microversions, and some of what a clumsy one does. */
export async function drive({ url, cloud }: RecordedCloud, versions: readonly string[] = manyVersions): Promise<void> {
  const client = new Client(url);
  const { clouds } = parse(cloud.cloudsYaml());
  await client.signIn(clouds, 'novaspec');
  const { flavors } = await client.json('GET', '/flavors', { version: 'compute 2.1' });
  const { images } = await client.glance('/images');
  const flavorRef = flavors.find(({ name }: Body) => name === 'm1.nano').id;
  const server = await newServer(client, { name: 's', flavorRef, imageRef: images[0].id });
  const [volume, other] = await Promise.all([newVolume(client), newVolume(client)]);
  await readsAndWrites(client, server, [volume, other], versions);
  await mistakes(client, server, volume);
  await negotiations(client, server);
  await states(client, server, volume);
}

async function newServer(client: Client, server: Body): Promise<string> {
  const body = await client.json('POST', '/servers', { version: 'compute 2.1', body: { server } });
  await client.until('ACTIVE', `/servers/${body.server.id}`);
  return body.server.id;
}

async function newVolume(client: Client): Promise<string> {
  const { volume } = (await (await client.cinder('POST', '/volumes', { volume: { size: 1 } })).json()) as Body;
  await client.until('available', `/volumes/${volume.id}`, true);
  return volume.id;
}

async function readsAndWrites(
  client: Client,
  server: string,
  [volume, other]: [string, string],
  versions: readonly string[],
): Promise<void> {
  const list = `/servers/${server}/os-volume_attachments`;
  const tagged = { volumeAttachment: { volumeId: other, tag: 'data' } };
  await client.nova('POST', list, { version: 'compute 2.49', body: tagged });
  await client.until('in-use', `/volumes/${other}`, true);
  const { version: api } = await client.json('GET', '/');
  const newest = minorOf(api.version);
  for (const number of versions.filter(each => minorOf(each) <= newest || each === 'latest')) {
    const version = `compute ${number}`;
    const minor = number === 'latest' ? newest : minorOf(number);
    const wish = { volumeId: volume, ...(minor >= 79 ? { delete_on_termination: false } : {}) };
    await client.nova('POST', list, { version, body: { volumeAttachment: wish } });
    await client.until('in-use', `/volumes/${volume}`, true);
    await client.nova('GET', list, { version });
    await client.nova('GET', `${list}?limit=2&offset=0`, { version });
    await client.nova('GET', `${list}/${volume}`, { version });
    await client.nova('GET', `${list}/${other}`, { version });
    const change = { volumeId: volume, ...(minor >= 85 ? { delete_on_termination: true } : {}) };
    await client.nova('PUT', `${list}/${volume}`, { version, body: { volumeAttachment: change } });
    await client.nova('POST', list, { version, body: { volumeAttachment: { volumeId: volume } } });
    await client.nova('DELETE', `${list}/${volume}`, { version });
    await client.until('available', `/volumes/${volume}`, true);
    await client.nova('DELETE', `${list}/${volume}`, { version });
    await client.nova('GET', `${list}/${volume}`, { version });
  }
}

function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}

async function mistakes(client: Client, server: string, volume: string): Promise<void> {
  const list = `/servers/${server}/os-volume_attachments`;
  const good = { volumeAttachment: { volumeId: volume } };
  for (const version of ['compute 2.1', 'compute 2.79', 'compute 2.104']) {
    for (const text of ['', '{', '{}', '[]']) await client.nova('POST', list, { version, text, headers: json });
    for (const extra of [{ tag: 7 }, { device: '' }, { novaspec: 1 }, { volumeId: 'x' }]) {
      await client.nova('POST', list, { version, body: { volumeAttachment: { ...good.volumeAttachment, ...extra } } });
    }
    await client.nova('POST', list, { version, body: { volumeAttachment: { volumeId: nobody } } });
    await client.nova('POST', list, { version, body: good, headers: { 'Content-Type': 'application/xml' } });
    for (const query of ['limit=x', 'offset=-1', 'novaspec=1', 'limit=1'])
      await client.nova('GET', `${list}?${query}`, { version });
    await client.nova('GET', `/servers/${nobody}/os-volume_attachments`, { version });
    await client.nova('GET', `/servers/nobody/os-volume_attachments`, { version });
    await client.nova('DELETE', `${list}/${nobody}`, { version });
    await client.nova('PUT', `${list}/${nobody}`, { version, body: good });
    await client.nova('GET', list, { version, headers: { 'X-Auth-Token': 'made-up' } });
  }
}

const json = { 'Content-Type': 'application/json' };

function legacy(number: string): Record<string, string> {
  return { 'X-OpenStack-Nova-API-Version': number };
}

async function negotiations(client: Client, server: string): Promise<void> {
  const list = `/servers/${server}/os-volume_attachments`;
  const asks: Ask[] = [
    {},
    { headers: legacy('2.79') },
    { headers: legacy('latest') },
    { version: 'compute 2.89', headers: legacy('2.1') },
    { version: 'volume 3.60', headers: legacy('2.70') },
    { version: 'volume 3.60, compute 2.85' },
    { version: 'compute 2.1, compute 2.79' },
    { version: 'COMPUTE 2.79' },
    { version: 'compute abc' },
    { version: 'compute 2.0' },
    { version: 'compute 2.999' },
    { version: 'compute 2.79', headers: { Accept: 'application/vnd.openstack.compute+json' } },
  ];
  for (const ask of asks) await client.nova('GET', list, ask);
  await client.nova('OPTIONS', list);
  await client.nova('HEAD', list);
}

/** Attaches and detaches in situations that refusals name. */
async function states(client: Client, server: string, volume: string): Promise<void> {
  const list = `/servers/${server}/os-volume_attachments`;
  const attempts = async (...numbers: string[]) => {
    for (const number of numbers) {
      const version = `compute ${number}`;
      await client.nova('POST', list, { version, body: { volumeAttachment: { volumeId: volume } } });
      await client.nova('DELETE', `${list}/${volume}`, { version });
    }
  };
  const act = async (action: Body, status: string) => {
    await client.nova('POST', `/servers/${server}/action`, { body: action });
    await client.until(status, `/servers/${server}`);
  };
  await act({ suspend: null }, 'SUSPENDED');
  await attempts('2.1', '2.79');
  await act({ resume: null }, 'ACTIVE');
  await act({ shelve: null }, 'SHELVED');
  await attempts('2.1', '2.20', '2.100');
}
