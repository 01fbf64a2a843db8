import { type Bench, until } from './client.ts';

/** What a client sees of one volume and one server at about one moment. */
export interface Sample {
  /** Status of the list, and how often it names the volume. */
  readonly list: number;
  readonly rows: number;
  /** The item of the list. */
  readonly row: Record<string, unknown> | undefined;
  /** Status of show. */
  readonly show: number;
  /** Status of the volume, `gone` without one, and the servers in its attachments. */
  readonly status: string;
  readonly servers: readonly string[];
  /** Status of the action's GET, its name, message, and the result of its event. */
  readonly action: number;
  readonly name: string | undefined;
  readonly message: string | null | undefined;
  readonly result: string | null | undefined;
}

/** What is observed; the request is that of the action. */
export interface Subject {
  readonly server: string;
  readonly volume: string;
  readonly request?: string;
  /** Microversion at which the attachments are read; the newest one of the oldest release without it. */
  readonly version?: string;
}

/** Looks at everything at once, as an admin. */
export async function look(
  bench: Bench,
  { server, volume, request = 'none', version = '2.93' }: Subject,
): Promise<Sample> {
  const ask = { version: '2.93', as: 'admin' } as const;
  const path = `/servers/${server}`;
  const own = { ...ask, version };
  const [list, show, action, seen] = await Promise.all([
    bench.nova('GET', `${path}/os-volume_attachments`, own),
    bench.nova('GET', `${path}/os-volume_attachments/${volume}`, own),
    bench.nova('GET', `${path}/os-instance-actions/${request}`, ask),
    bench.cinder('GET', `/volumes/${volume}`, { as: 'admin' }),
  ]);
  const rows = (list.body.volumeAttachments ?? []).filter((row: { volumeId: string }) => row.volumeId === volume);
  const servers = (seen.body.volume?.attachments ?? []).map((entry: { server_id: string }) => entry.server_id);
  const { action: name, message, events } = action.body.instanceAction ?? {};
  return {
    list: list.status,
    rows: rows.length,
    row: rows[0],
    show: show.status,
    status: seen.body.volume?.status ?? 'gone',
    servers,
    action: action.status,
    name,
    message,
    result: events?.[0]?.result,
  };
}

/** Looks until a sample is as wanted; answers all samples. */
export async function lookUntil(
  bench: Bench,
  subject: Subject,
  wanted: (sample: Sample) => boolean,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  await until(async () => {
    const sample = await look(bench, subject);
    samples.push(sample);
    return wanted(sample);
  }, true).catch((error: unknown) => {
    throw new Error(`never seen; last was ${JSON.stringify(samples.at(-1))}`, { cause: error });
  });
  return samples;
}
