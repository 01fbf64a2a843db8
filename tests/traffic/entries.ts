import type { HarEntry } from '../../src/evidence/har.ts';

export const server = '5f3c7c5e-7a4d-4b0e-9c2a-0d6b8f1e2a31';
export const volume = '0b9d4c1e-53a6-4f7e-8d21-6c7e5a9b3f42';
export const list = `https://nova.example.org/compute/v2.1/servers/${server}/os-volume_attachments`;

/** A list at 2.79, as a good Nova answers it, in the plainest form. */
export function listEntry(changes: Changes = {}): HarEntry {
  const { url = list, status = 200, request = {}, response = {}, text = listText, method = 'GET', ...own } = changes;
  return {
    startedDateTime: '2026-05-04T03:02:01.000Z',
    time: 12,
    request: {
      method,
      url,
      httpVersion: 'HTTP/1.1',
      headers: pairs({ 'X-Auth-Token': secret, 'OpenStack-API-Version': 'compute 2.79', Accept: '*/*', ...request }),
      bodySize: 0,
    },
    response: {
      status,
      httpVersion: 'HTTP/1.1',
      headers: pairs({
        ...good,
        'Content-Type': status < 400 ? 'application/json' : 'application/json; charset=UTF-8',
        ...response,
      }),
      content: { size: text.length, mimeType: 'application/json', text },
    },
    ...own,
  };
}

/** What an entry has beside, or instead of, what a good one has. */
export interface Changes {
  url?: string;
  method?: string;
  status?: number;
  /** Headers; null takes one away. */
  request?: Record<string, string | null>;
  response?: Record<string, string | null>;
  text?: string;
  [own: `_${string}`]: unknown;
}

/** A token that must never be shown. */
export const secret = 'gAAAAABtopsecret0123456789abcdef';

export const listText = JSON.stringify({
  volumeAttachments: [
    { id: volume, serverId: server, volumeId: volume, device: '/dev/vdb', tag: null, delete_on_termination: false },
  ],
});

const id = 'req-3dccb8c4-08fe-4706-a91d-e843b8fe9ed2';

const good = {
  'OpenStack-API-Version': 'compute 2.79',
  'X-OpenStack-Nova-API-Version': '2.79',
  Vary: 'OpenStack-API-Version, X-OpenStack-Nova-API-Version',
  'x-openstack-request-id': id,
  'x-compute-request-id': id,
};

export function pairs(headers: Record<string, string | null>): { name: string; value: string }[] {
  return Object.entries(headers).flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
}

/** A HAR of these entries. */
export function har(entries: readonly unknown[], more: Record<string, unknown> = {}): string {
  return JSON.stringify({ log: { version: '1.2', creator: { name: 'somebody', version: '7' }, ...more, entries } });
}

/** An attach with this body, a text as it is. */
export function attachEntry(body: unknown, changes: Changes): HarEntry {
  const request = { 'Content-Type': 'application/json', ...changes.request };
  const entry = listEntry({ method: 'POST', ...changes, request });
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    ...entry,
    request: { ...entry.request, bodySize: text.length, postData: { mimeType: 'application/json', text } },
  };
}

/** The body of an attach. */
export function wish(more: object = {}): unknown {
  return { volumeAttachment: { volumeId: volume, ...more } };
}

/** The answer to an attach. */
export function done(more: object = {}): Changes {
  const answer = {
    id: volume,
    serverId: server,
    volumeId: volume,
    device: null,
    tag: null,
    delete_on_termination: false,
  };
  return { text: JSON.stringify({ volumeAttachment: { ...answer, ...more } }) };
}

/** A refusal, in an envelope of this key. */
export function refusal(status: number, key: string, message: string): Changes {
  return { status, text: JSON.stringify({ [key]: { code: status, message } }) };
}
