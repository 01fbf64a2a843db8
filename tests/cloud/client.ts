import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { parse } from 'yaml';
import { type Cloud, type CloudOptions, startCloud } from '../../cloud/cloud.ts';

/** A JSON value of which a test knows the shape. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies whose shape is what they assert
type Body = any;

/** One answer, with repeated headers kept apart. */
export interface Answer {
  readonly status: number;
  readonly headers: Body;
  readonly raw: readonly string[];
  readonly text: string;
  readonly body: Body;
}

/** What a request is made of; `version` is a full microversion. */
export interface Ask {
  readonly version?: string | undefined;
  readonly body?: unknown;
  readonly text?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly as?: Persona | 'nobody';
}

/** The entries of clouds.yaml. */
export type Persona = (typeof personas)[number];

const personas = ['member', 'admin', 'reader', 'other', 'manager', 'service'] as const;

/** A cloud under test, with a token of each persona. */
export interface Bench {
  readonly cloud: Cloud;
  readonly tokens: Readonly<Record<Persona, string>>;
  readonly projects: Readonly<Record<Persona, string>>;
  /** Any request, the path counted from the root. */
  send(method: string, path: string, ask?: Ask): Promise<Answer>;
  /** A request to Nova. */
  nova(method: string, path: string, ask?: Ask): Promise<Answer>;
  /** A request to Cinder in the persona's project, at 3.60. */
  cinder(method: string, path: string, ask?: Ask): Promise<Answer>;
  /** An active server. */
  server(more?: Readonly<Record<string, unknown>>, as?: Persona): Promise<string>;
  /** An available volume. */
  volume(more?: Readonly<Record<string, unknown>>, as?: Persona): Promise<string>;
  /** A server action, and the status that it leads to. */
  act(server: string, action: Readonly<Record<string, unknown>>, status?: string, as?: Persona): Promise<void>;
  /** Attaches and waits until the volume is in use. */
  attach(server: string, volume: string, ask?: Ask): Promise<Answer>;
  status(server: string): Promise<string>;
  volumeStatus(volume: string): Promise<string>;
  stop(): Promise<void>;
}

const agent = new Agent({ keepAlive: true });

/** Starts a cloud and signs everybody in. */
export async function openBench(options: CloudOptions = {}): Promise<Bench> {
  const cloud = await startCloud({ delay: 1, ...options });
  const clouds = parse(cloud.cloudsYaml()).clouds;
  const send: Bench['send'] = (method, path, ask = {}) => exchange(cloud.url + path, method, ask, bench);
  const tokens = { member: '', admin: '', reader: '', other: '', manager: '', service: '' };
  const projects = { ...tokens };
  const bench: Bench = {
    cloud,
    tokens,
    projects,
    send,
    nova: (method, path, ask) => send(method, `/compute/v2.1${path}`, ask),
    cinder: (method, path, ask = {}) =>
      send(method, `/volume/v3/${projects[ask.as === 'nobody' ? 'member' : (ask.as ?? 'member')]}${path}`, {
        ...ask,
        headers: { 'openstack-api-version': 'volume 3.60', ...ask.headers },
      }),
    server: async (more = {}, as = 'member') => {
      const { flavors } = (await bench.nova('GET', '/flavors')).body;
      const nano = flavors.find((flavor: { name: string }) => flavor.name === 'm1.nano');
      const images = await send('GET', '/image/v2/images', { as });
      const server = { name: 's', flavorRef: nano.id, imageRef: images.body.images[0].id, ...more };
      const { body } = await bench.nova('POST', '/servers', { as, body: { server } });
      await until(() => bench.status(body.server.id), 'ACTIVE');
      return body.server.id;
    },
    volume: async (more = {}, as = 'member') => {
      const { body } = await bench.cinder('POST', '/volumes', { as, body: { volume: { size: 1, ...more } } });
      await until(() => bench.volumeStatus(body.volume.id), 'available');
      return body.volume.id;
    },
    act: async (server, action, status, as = 'member') => {
      const answer = await bench.nova('POST', `/servers/${server}/action`, { as, body: action });
      if (answer.status >= 300) throw new Error(answer.text);
      if (status !== undefined) await until(() => bench.status(server), status);
      await until(async () => (await show(server)).body.server['OS-EXT-STS:task_state'], null);
    },
    attach: async (server, volume, ask = {}) => {
      const path = `/servers/${server}/os-volume_attachments`;
      const answer = await bench.nova('POST', path, { version: '2.79', body: wish(volume), ...ask });
      if (answer.status >= 300) throw new Error(answer.text);
      await until(() => bench.volumeStatus(volume), 'in-use');
      return answer;
    },
    status: async server => (await show(server)).body.server?.status ?? 'gone',
    volumeStatus: async volume =>
      (await bench.cinder('GET', `/volumes/${volume}`, { as: 'admin' })).body.volume?.status ?? 'gone',
    stop: () => cloud.stop(),
  };
  const show = (server: string): Promise<Answer> => bench.nova('GET', `/servers/${server}`, { as: 'admin' });
  for (const persona of personas) {
    const { auth } = clouds[persona === 'member' ? 'novaspec' : `novaspec-${persona}`];
    const answer = await send('POST', '/identity/v3/auth/tokens', { as: 'nobody', body: passwordAuth(auth) });
    tokens[persona] = answer.headers['x-subject-token'] ?? '';
    projects[persona] = answer.body.token.project.id;
  }
  return bench;
}

/** The request for a project-scoped token with what clouds.yaml has. */
export function passwordAuth(auth: Body): unknown {
  const domain = { id: 'default' };
  const user = { name: auth.username, password: auth.password, domain };
  return {
    auth: {
      identity: { methods: ['password'], password: { user } },
      scope: { project: { name: auth.project_name, domain } },
    },
  };
}

/** The body of an attach or update. */
export function wish(volumeId: unknown, more: Readonly<Record<string, unknown>> = {}): unknown {
  return { volumeAttachment: { volumeId, ...more } };
}

/** An id that nothing has. */
export function nowhere(): string {
  return randomUUID();
}

/** Reads until the value is the wanted one; an Error after five seconds. */
export async function until<T>(read: () => Promise<T>, wanted: T): Promise<void> {
  const end = Date.now() + 5000;
  for (;;) {
    const value = await read();
    if (value === wanted) return;
    if (Date.now() > end) throw new Error(`wanted ${String(wanted)}, still ${String(value)}`);
  }
}

function exchange(url: string, method: string, ask: Ask, bench: Bench): Promise<Answer> {
  const data = ask.text ?? (ask.body === undefined ? undefined : JSON.stringify(ask.body));
  const as = ask.as ?? 'member';
  const headers = {
    accept: 'application/json',
    ...(as === 'nobody' ? {} : { 'x-auth-token': bench.tokens[as] }),
    ...(ask.version === undefined ? {} : { 'openstack-api-version': `compute ${ask.version}` }),
    ...(ask.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(data === undefined ? {} : { 'content-length': String(Buffer.byteLength(data)) }),
    ...ask.headers,
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent }, response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const json = text !== '' && (response.headers['content-type'] ?? '').includes('json');
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          raw: response.rawHeaders,
          text,
          body: json ? JSON.parse(text) : undefined,
        });
      });
    });
    sent.on('error', reject);
    sent.end(data);
  });
}
