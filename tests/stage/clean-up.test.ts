import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadContract } from '../../src/contract/load.ts';
import { cleanUp } from '../../src/stage/cleanup.ts';
import { CloudApi } from '../../src/stage/cloud-api.ts';
import { Ledger, type Resource } from '../../src/stage/ledger.ts';
import { TargetError } from '../../src/target/errors.ts';
import type { Exchange, RequestSpec } from '../../src/target/exchange.ts';
import type { Sessions } from '../../src/target/session.ts';
import { attachments, type Bench, caseWith, openBench, patiently, volumeStatus } from './bench.ts';

let bench: Bench;
let ledgers = 0;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(() => bench.close());

const emptyLedger = () => new Ledger(`${bench.ledger.file}-${ledgers++}`);

/** A server that no ledger knows. */
async function foreignServer(name: string): Promise<string> {
  const [{ id: image }] = await list<[{ id: string }]>('image', '/images', 'images');
  const [{ id: flavor }] = await list<[{ id: string }]>('compute', '/flavors', 'flavors');
  const server = { name, imageRef: image, flavorRef: flavor, networks: 'none' };
  const { response } = await bench.nova('POST', '/servers', { server });
  return (response.json as { server: { id: string } }).server.id;
}

async function list<T>(service: 'image' | 'compute', path: string, key: string): Promise<T> {
  const { response } = await bench.api.ask('member', service, 'GET', path);
  return (response.json as Record<string, T>)[key] as T;
}

const statusOf = async (id: string) =>
  ((await bench.nova('GET', `/servers/${id}`)).response.json as { server?: { status: string } }).server?.status;

const serverStatus = async (id: string | null) => (await bench.nova('GET', `/servers/${id}`)).response.status;

/** An API whose answers to some requests are made up. */
function tamperedApi(
  answer: (request: RequestSpec) => number | 'broken' | undefined,
  limits: Partial<typeof bench.api.data.limits> = { server_delete: 0.2, creation_shows: 0 },
): CloudApi {
  const sessions: Sessions = {
    has: name => bench.sessions.has(name),
    session: name => {
      const real = bench.sessions.session(name);
      const send: typeof real.send = (service, request) => {
        const status = answer(request);
        if (status === undefined) return real.send(service, request);
        if (status === 'broken') return Promise.reject(new TargetError('unreachable', 'the connection was reset'));
        const { method, path: url } = request;
        const exchange: Exchange = {
          request: { method, url, headers: {} },
          response: { status, headers: {}, body: '' },
          startedAt: 0,
          durationMs: 0,
        };
        return Promise.resolve(exchange);
      };
      return Object.assign(Object.create(real) as typeof real, { send });
    },
    close: () => Promise.resolve(),
  };
  const contract = loadContract();
  Object.assign(contract.data.stage.limits, limits);
  return new CloudApi(contract, sessions, bench.api.microversion, true);
}

test('everything that stands in the ledger goes, whoever made it, and nothing else', async () => {
  const run = await openBench();
  const bystander = await run
    .another({ runId: 'other', ledgerFile: `${run.ledger.file}-other` })
    .lease(caseWith({ server: 'image_backed', volume: 'attached' }));
  const given = [
    caseWith({ server: 'image_backed', volume: 'attached' }, 'detached'),
    caseWith({ server: 'image_backed', volume: 'attached_many' }),
    caseWith({ server: 'volume_backed', volume: 'root' }, 'none'),
    caseWith({ server: 'image_backed', volume: 'foreign' }, 'none'),
  ];
  await Promise.all(given.map(one => run.stage.lease(one)));
  const open = run.ledger.open();
  expect(open.length).toBeGreaterThan(7);
  expect(new Set(open.map(({ persona }) => persona))).toEqual(new Set(['member', 'other']));

  expect(await cleanUp(run.api, run.ledger)).toEqual([]);
  expect(run.ledger.open()).toEqual([]);
  for (const { kind, id, persona } of open) {
    const service = kind === 'server' ? 'compute' : 'volume';
    expect((await run.api.ask(persona, service, 'GET', `/${kind}s/${id}`)).response.status).toBe(404);
  }
  const still = await run.nova('GET', attachments(bystander.serverId, bystander.volume?.id));
  expect(still.response.status).toBe(200);
  await run.close();
});

test('each resource is in the ledger before the request that makes it', async () => {
  const seen: number[] = [];
  const run = await openBench();
  const send = run.sessions.session('member').send.bind(run.sessions.session('member'));
  run.sessions.session('member').send = (service, request) => {
    if (request.method === 'POST' && /^\/(servers|volumes)$/.test(request.path)) {
      const { name } = Object.values(request.body as Record<string, { name: string }>)[0] ?? { name: '' };
      const entry = run.ledger.open().find(each => each.name === name);
      seen.push(entry && entry.id === undefined ? 1 : 0);
    }
    return send(service, request);
  };
  await run.stage.lease(caseWith({ server: 'image_backed', volume: 'attached' }, 'detached'));
  expect(seen).toEqual([1, 1]);
  expect(run.ledger.open().every(({ id }) => id !== undefined)).toBe(true);
  await run.close();
});

test('without an id only the exact name counts', async () => {
  const ledger = emptyLedger();
  const resource: Resource = { kind: 'server', name: 'novaspec-x-server-1', persona: 'member' };
  ledger.creating(resource);
  const [own, longer, shorter, upper] = await Promise.all(
    [resource.name, `${resource.name}2`, resource.name.slice(0, -1), resource.name.toUpperCase()].map(foreignServer),
  );
  expect(await cleanUp(bench.api, ledger)).toEqual([]);
  expect(ledger.open()).toEqual([]);
  expect(await serverStatus(own ?? '')).toBe(404);
  for (const id of [longer, shorter, upper]) expect(await serverStatus(id ?? '')).toBe(200);
});

test('what appears under its name only a moment after the kill is found', async () => {
  const ledger = emptyLedger();
  const name = 'novaspec-x-server-late';
  ledger.creating({ kind: 'server', name, persona: 'member' });
  const cleaning = cleanUp(
    tamperedApi(() => undefined, {}),
    ledger,
  );
  const id = await foreignServer(name);
  expect(await cleaning).toEqual([]);
  expect(await serverStatus(id)).toBe(404);
});

test('what has another name than in the ledger is not touched, whatever its id', async () => {
  const ledger = emptyLedger();
  const id = await foreignServer('novaspec-x-server-8');
  ledger.created({ kind: 'server', name: 'novaspec-x-server-9', persona: 'member', id });
  const [left] = await cleanUp(bench.api, ledger);
  expect(left?.why).toBe("not touched: its name is 'novaspec-x-server-8', so the run did not make it");
  expect(ledger.open()).toHaveLength(1);
  expect(await serverStatus(id)).toBe(200);
});

describe('trouble on the way is overcome', () => {
  test.each<[string, (request: RequestSpec) => boolean, number | 'broken']>([
    ['deletes that fail', ({ method }) => method === 'DELETE', 500],
    ['deletes that are refused', ({ method }) => method === 'DELETE', 409],
    ['connections that break', ({ method }) => method === 'DELETE', 'broken'],
    ['reads that fail', ({ method }) => method === 'GET', 503],
  ])('%s twice', async (_, matches, trouble) => {
    const ledger = emptyLedger();
    const name = `novaspec-x-server-trouble-${ledgers}`;
    const id = await foreignServer(name);
    ledger.created({ kind: 'server', name, persona: 'member', id });
    let left = 2;
    const api = tamperedApi(request => (matches(request) && left-- > 0 ? trouble : undefined), {});
    expect(await cleanUp(api, ledger)).toEqual([]);
    expect(await serverStatus(id)).toBe(404);
  });

  test('a locked server is unlocked', async () => {
    const ledger = emptyLedger();
    const name = 'novaspec-x-server-locked';
    const id = await foreignServer(name);
    await expect.poll(() => statusOf(id), patiently).toBe('ACTIVE');
    await bench.nova('POST', `/servers/${id}/action`, { lock: null });
    expect((await bench.nova('DELETE', `/servers/${id}`)).response.status).toBe(409);
    ledger.created({ kind: 'server', name, persona: 'member', id });
    expect(await cleanUp(bench.api, ledger)).toEqual([]);
    expect(await serverStatus(id)).toBe(404);
  });

  test('what is left when the time of the whole is over is named', async () => {
    const ledger = emptyLedger();
    for (const number of [1, 2, 3]) {
      ledger.created({ kind: 'server', name: `novaspec-x-server-${number}`, persona: 'member', id: `${number}` });
      ledger.created({ kind: 'volume', name: `novaspec-x-volume-${number}`, persona: 'member', id: `${number}` });
    }
    const left = await cleanUp(
      tamperedApi(() => 500, { clean_up: 0.2 }),
      ledger,
    );
    expect(left.map(({ kind, why }) => `${kind}: ${why}`)).toEqual([
      ...[3, 2, 1].map(number => `server: still there: GET /servers/${number} was answered 500 `),
      ...[3, 2, 1].map(number => `volume: still there: GET /volumes/${number} was answered 500 `),
    ]);
  });
});

test('a creation that never reached the cloud leaves nothing to remove', async () => {
  const ledger = emptyLedger();
  ledger.creating({ kind: 'server', name: 'novaspec-x-server-2', persona: 'member' });
  ledger.creating({ kind: 'volume', name: 'novaspec-x-volume-2', persona: 'member' });
  await foreignServer('novaspec-x-server-22');
  expect(
    await cleanUp(
      tamperedApi(() => undefined),
      ledger,
    ),
  ).toEqual([]);
  expect(ledger.open()).toEqual([]);
});

test('what never appears is no leftover, however short a deletion may take', async () => {
  const ledger = emptyLedger();
  ledger.creating({ kind: 'server', name: 'novaspec-x-server-never', persona: 'member' });
  const api = tamperedApi(() => undefined, { server_delete: 0.1, creation_shows: 0.5 });
  expect(await cleanUp(api, ledger)).toEqual([]);
  expect(ledger.open()).toEqual([]);
});

test('what is gone already is gone, and a second clean-up has nothing to do', async () => {
  const ledger = emptyLedger();
  ledger.created({ kind: 'server', name: 'novaspec-x-server-3', persona: 'member', id: '0'.repeat(32) });
  expect(await cleanUp(bench.api, ledger)).toEqual([]);
  expect(await cleanUp(bench.api, ledger)).toEqual([]);
  expect(ledger.count()).toEqual({ created: 0, removed: 1 });
});

test('what cannot be removed stays in the ledger and is named with the reason', async () => {
  const ledger = emptyLedger();
  const name = 'novaspec-x-server-4';
  const id = await foreignServer(name);
  ledger.created({ kind: 'server', name, persona: 'member', id });
  const api = tamperedApi(({ method }) => (method === 'DELETE' ? 409 : undefined));
  const [left] = await cleanUp(api, ledger);
  expect(left).toMatchObject({ kind: 'server', id, name });
  expect(left?.why).toMatch(/^still there: DELETE .* was answered 409/);
  expect(ledger.open()).toHaveLength(1);
  expect(await serverStatus(id)).toBe(200);
});

test('a persona that nobody plays any more is a leftover, not a crash', async () => {
  const ledger = emptyLedger();
  ledger.created({ kind: 'server', name: 'novaspec-x-server-5', persona: 'nobody', id: '1' });
  const [left] = await cleanUp(bench.api, ledger);
  expect(left?.why).toContain('no persona nobody');
});

test('servers go first, as they hold volumes', async () => {
  const run = await openBench();
  const { serverId, volume } = await run.stage.lease(
    caseWith({ server: 'image_backed', volume: 'attached' }, 'detached'),
  );
  expect(await volumeStatus(run.api, volume?.id ?? '')).toBe('in-use');
  await cleanUp(run.api, run.ledger);
  expect((await run.nova('GET', `/servers/${serverId}`)).response.status).toBe(404);
  expect(await volumeStatus(run.api, volume?.id ?? '')).toBe('gone');
  await run.close();
});

test('a volume that the user lent outlives the servers of the run, even if it is to be deleted with them', async () => {
  const run = await openBench();
  const { volume } = await run.stage.lease(caseWith({ server: 'image_backed', volume: 'available' }, 'attached'));
  const id = volume?.id ?? '';
  const ledger = emptyLedger();
  const writer = caseWith({ server: 'image_backed', volume: 'attached' }, 'updated');
  const lease = await run.another({ runId: 'lent', ledgerFile: ledger.file, volumes: [id] }).lease(writer);
  const wish = { volumeAttachment: { volumeId: id, delete_on_termination: true } };
  await run.nova('PUT', attachments(lease.serverId, id), wish);

  expect(await cleanUp(run.api, ledger)).toEqual([]);
  expect((await run.nova('GET', `/servers/${lease.serverId}`)).response.status).toBe(404);
  expect(await volumeStatus(run.api, id)).toBe('available');
  await run.close();
});

test('a search by name that is refused is no proof that there is nothing', async () => {
  const ledger = emptyLedger();
  const name = 'novaspec-x-server-6';
  ledger.creating({ kind: 'server', name, persona: 'member' });
  await foreignServer(name);
  const api = tamperedApi(({ path }) => (path.includes('?name=') ? 500 : undefined));
  expect(await cleanUp(api, ledger)).toHaveLength(1);
  expect(ledger.open()).toHaveLength(1);
});
