import { expect, test } from 'vitest';
import { faults } from '../../cloud/catalogue.ts';
import { type Answer, type Bench, openBench, until, wish } from './client.ts';

/** The requests of a history, each of which is waited for; all about one server unless another one is named. */
class History {
  readonly bench: Bench;
  readonly server: string;
  readonly volumes: readonly [string, string, string];

  constructor(bench: Bench, server: string, volumes: readonly [string, string, string]) {
    this.bench = bench;
    this.server = server;
    this.volumes = volumes;
  }

  /** Status of an attach; an accepted one is waited for. */
  async attach(volume: string, more: Readonly<Record<string, unknown>> = {}, server = this.server): Promise<number> {
    const { status } = await this.#nova('POST', server, '', wish(volume, more));
    if (status === 200) {
      await until(() => this.bench.volumeStatus(volume), 'in-use');
      await this.idle(server);
    }
    return status;
  }

  /** Status of a detach; an accepted one is waited for. */
  async detach(volume: string): Promise<number> {
    const { status } = await this.#nova('DELETE', this.server, `/${volume}`);
    if (status === 202) {
      await until(() => this.bench.volumeStatus(volume), 'available');
      await this.idle();
    }
    return status;
  }

  async flag(volume: string, flag: boolean): Promise<number> {
    return (await this.#nova('PUT', this.server, `/${volume}`, wish(volume, { delete_on_termination: flag }))).status;
  }

  async show(volume: string): Promise<number> {
    return (await this.#nova('GET', this.server, `/${volume}`)).status;
  }

  /** The items of the list. */
  async list(): Promise<Record<string, unknown>[]> {
    return (await this.#nova('GET', this.server, '')).body.volumeAttachments;
  }

  /** The volumes in the list. */
  async listed(): Promise<unknown[]> {
    return (await this.list()).map(({ volumeId }) => volumeId);
  }

  /** Server actions in a row. */
  async act(...actions: readonly (string | Readonly<Record<string, unknown>>)[]): Promise<void> {
    for (const action of actions) {
      const body = typeof action === 'string' ? { [action]: null } : action;
      await this.bench.act(this.server, body, undefined, action === 'shelveOffload' ? 'admin' : 'member');
    }
  }

  /** Waits for the end of the newest action. */
  async idle(server = this.server): Promise<void> {
    const path = `/servers/${server}/os-instance-actions`;
    const [{ request_id: id }] = (await this.bench.nova('GET', path)).body.instanceActions;
    const newest = (): Promise<Answer> => this.bench.nova('GET', `${path}/${id}`, { version: '2.79' });
    await until(async () => (await newest()).body.instanceAction.events[0]?.result, 'Success');
  }

  #nova(method: string, server: string, path: string, body?: unknown): Promise<Answer> {
    return this.bench.nova(method, `/servers/${server}/os-volume_attachments${path}`, { version: '2.85', body });
  }
}

/** The shortest history that shows each mistake. */
const table: Record<string, (history: History) => Promise<void>> = {
  'seq-flag-lost-by-stop': async history => {
    await history.attach(history.volumes[0], { delete_on_termination: true });
    await history.act('os-stop');
    expect((await history.list())[0]).toMatchObject({ delete_on_termination: true });
    await history.act('os-start');
    expect((await history.list())[0]).toMatchObject({ delete_on_termination: false });
  },
  'seq-flag-shared': async history => {
    const [one, two] = history.volumes;
    await history.attach(one);
    await history.attach(two);
    await history.flag(two, true);
    expect((await history.list()).map(item => item.delete_on_termination)).toEqual([true, true]);
  },
  'seq-tag-lost-by-resize': async history => {
    await history.attach(history.volumes[0], { tag: 't' });
    const { body } = await history.bench.nova('GET', '/flavors');
    await history.act({ resize: { flavorRef: body.flavors.at(-1).id } });
    expect((await history.list())[0]).toMatchObject({ tag: 't' });
    await history.act('revertResize');
    expect((await history.list())[0]).toMatchObject({ tag: null });
  },
  'seq-third-attach-refused': async history => {
    const codes = [];
    for (const volume of history.volumes) codes.push(await history.attach(volume));
    expect(codes).toEqual([200, 200, 403]);
  },
  'seq-reattach-refused': async history => {
    const [one, two] = history.volumes;
    await history.attach(one);
    await history.detach(one);
    expect(await history.attach(one)).toBe(400);
    expect(await history.attach(two)).toBe(200);
    expect(await history.attach(one, {}, await history.bench.server())).toBe(200);
  },
  'seq-detach-remembers-suspend': async history => {
    await history.attach(history.volumes[0]);
    await history.act('suspend', 'resume');
    expect(await history.detach(history.volumes[0])).toBe(409);
  },
  'seq-unlock-after-pause': async history => {
    const [one, two] = history.volumes;
    await history.act('pause');
    expect(await history.attach(one)).toBe(200);
    await history.act('lock', 'unlock');
    expect(await history.attach(two)).toBe(409);
  },
  'seq-show-stale': async history => {
    const [volume] = history.volumes;
    await history.attach(volume);
    await history.act('os-stop');
    await history.detach(volume);
    expect([await history.show(volume), await history.listed()]).toEqual([200, []]);
  },
  'seq-list-forgets-paused': async history => {
    const [volume] = history.volumes;
    await history.act('pause');
    await history.attach(volume);
    expect(await history.listed()).toEqual([volume]);
    await history.act('unpause');
    expect([await history.show(volume), await history.listed()]).toEqual([200, []]);
  },
  'seq-shelve-duplicates': async history => {
    const [volume] = history.volumes;
    await history.attach(volume);
    await history.act('shelve');
    expect(await history.listed()).toEqual([volume]);
    await history.act('unshelve');
    expect(await history.listed()).toEqual([volume, volume]);
  },
  'seq-detach-by-position': async history => {
    const { bench, volumes, server } = history;
    const [one, two] = volumes;
    await history.attach(one);
    await history.attach(two);
    await bench.nova('DELETE', `/servers/${server}/os-volume_attachments/${two}`);
    await until(() => bench.volumeStatus(one), 'available');
    await history.idle();
    expect(await history.listed()).toEqual([two]);
    expect(await bench.volumeStatus(two)).toBe('in-use');
  },
  'seq-volume-of-deleted-server': async history => {
    const [volume] = history.volumes;
    const next = await history.bench.server();
    await history.attach(volume);
    await history.bench.nova('POST', `/servers/${history.server}/action`, { body: { forceDelete: null } });
    await until(() => history.bench.status(history.server), 'gone');
    expect(await history.bench.volumeStatus(volume)).toBe('available');
    expect(await history.attach(volume, {}, next)).toBe(400);
  },
  'seq-flag-after-detach': async history => {
    const [volume] = history.volumes;
    await history.attach(volume, { delete_on_termination: true });
    await history.detach(volume);
    await history.attach(volume);
    expect((await history.list())[0]).toMatchObject({ delete_on_termination: true });
  },
  'seq-offloaded-detach-keeps-row': async history => {
    const [volume, other] = history.volumes;
    await history.act('shelve', 'shelveOffload');
    await history.attach(volume);
    await history.act('unshelve');
    await history.attach(other);
    await history.detach(other);
    await history.detach(volume);
    expect(await history.listed()).toEqual([volume]);
  },
  'seq-rescue-accepts': async history => {
    const [one, two] = history.volumes;
    await history.attach(one);
    await history.act('rescue');
    expect([await history.attach(two), await history.detach(one)]).toEqual([409, 409]);
    await history.act('unrescue', 'rescue');
    expect([await history.attach(two), await history.detach(one)]).toEqual([200, 202]);
  },
};

async function open(id: string): Promise<History> {
  const bench = await openBench({ faults: [id], delay: 'none' });
  const [server, ...volumes] = await Promise.all([bench.server(), bench.volume(), bench.volume(), bench.volume()]);
  return new History(bench, server, volumes);
}

test('every mistake of a history is shown by one of these tests', () => {
  const known = faults.filter(({ kind }) => kind === 'sequence').map(({ id }) => id);
  expect(Object.keys(table).toSorted()).toEqual(known.toSorted());
});

test.concurrent.each(Object.entries(table))('%s', async (id, show) => {
  const history = await open(id);
  // A fresh server gets everything right.
  const fresh = new History(history.bench, await history.bench.server(), history.volumes);
  const volume = await history.bench.volume();
  expect([await fresh.attach(volume, { tag: 't' }), await fresh.show(volume)]).toEqual([200, 200]);
  expect(await fresh.flag(volume, false)).toBe(202);
  expect(await fresh.listed()).toEqual([volume]);
  expect([await fresh.detach(volume), await fresh.show(volume)]).toEqual([202, 404]);
  expect(await fresh.listed()).toEqual([]);
  await show(history);
  await history.bench.stop();
});
