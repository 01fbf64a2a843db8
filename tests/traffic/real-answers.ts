import { loadContract } from '../../src/contract/load.ts';
import type { HarEntry } from '../../src/evidence/har.ts';
import { everything } from '../../src/plan/capabilities.ts';
import type { Case } from '../../src/plan/case.ts';
import { fill, standIns } from '../../src/plan/placeholders.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { Answer } from '../differential/answer.ts';
import { type Profile, recordingFile } from '../differential/profiles.ts';
import { readRecording } from '../differential/recording.ts';

const values: Record<string, string> = {
  ...standIns,
  tag: 'novaspec',
  device: '/dev/vdb',
  free_device: '/dev/vdz',
  project_id: '6f70656e737461636b206973206e6f76',
  bdm_uuid: '9a5bd1f3-6b1e-4f0a-8f53-1f7c2d3e4b55',
};

/**
 * What a real Nova answered to the cases of the plan, as a recording. Status, headers, message, and keys and types of bodies
 * are Nova's own; ids, and what else was scrubbed, are made up again.
 */
export function realEntries(profile: Profile, wanted: (microversion: string) => boolean): HarEntry[] {
  const contract = loadContract();
  const capabilities = { ...everything(contract), microversions: { min: contract.oldest, max: profile.max } };
  const selection = { microversions: 'boundaries', rules: [], cases: [], suites: [], levels: [], seed: 1 };
  const cases = new Map(makePlan(contract, capabilities, selection).cases.map(one => [one.id, one]));
  return [...readRecording(recordingFile(profile, 'cases'))].flatMap(([id, answer], number) => {
    const one = cases.get(id);
    // Each case had an attachment of its own.
    const attachment = `2c7e0d7e-8a3c-4a1b-9f35-${number.toString(16).padStart(12, '0')}`;
    return one && wanted(one.microversion)
      ? [entryOf(one, answer, { ...values, ...madeUp(one), attachment_id: attachment })]
      : [];
  });
}

function entryOf(one: Case, answer: Answer, own: Record<string, string>): HarEntry {
  const { method, path, query, headers, body, raw, token } = fill(one.request, own);
  const typed = body === undefined && raw === undefined ? {} : { 'Content-Type': 'application/json' };
  const all = { ...(token === 'none' ? {} : { 'X-Auth-Token': '***' }), ...typed, ...headers };
  const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  return {
    startedDateTime: '2026-01-01T00:00:00.000Z',
    time: 1,
    request: {
      method,
      url: `http://nova.example.org/v2.1${path}${query === undefined ? '' : `?${query}`}`,
      httpVersion: 'HTTP/1.1',
      headers: pairs(all),
      ...(text === undefined ? {} : { postData: { mimeType: 'application/json', text } }),
    },
    response: {
      status: answer.status ?? 0,
      httpVersion: 'HTTP/1.1',
      headers: pairs(fillScrubbed(answer.headers ?? {}, one, answer, own)),
      content: {
        text: answer.body === undefined ? (answer.text ?? '') : JSON.stringify(bodyOf(answer, one, own, body)),
      },
    },
  };
}

/** Situations whose ids are none of the usual ones. */
function madeUp({ given }: Case): Record<string, string> {
  const { unknown_id = '' } = standIns;
  return {
    ...(given.server === 'malformed' ? { server_id: 'novaspec' } : {}),
    ...(given.server === 'unknown' ? { server_id: unknown_id } : {}),
    ...(given.volume === 'malformed' ? { volume_id: 'novaspec' } : {}),
  };
}

function pairs(headers: Record<string, string>): { name: string; value: string }[] {
  return Object.entries(headers).flatMap(([name, value]) => (value === '' ? [] : [{ name, value }]));
}

function fillScrubbed(
  headers: Record<string, string>,
  { microversion }: Case,
  { body, text }: Answer,
  own: Record<string, string>,
): Record<string, string> {
  const filled = Object.entries(headers).map(([name, value]) => [
    name,
    value
      .replaceAll('<microversion>', microversion)
      .replaceAll('<req>-<uuid>', `req-${own.bdm_uuid}`)
      .replaceAll('<identity>', 'http://keystone.example.org/v3')
      .replace('<any>', body === undefined && text === undefined ? '0' : ''),
  ]);
  return Object.fromEntries(filled) as Record<string, string>;
}

/** A body with such keys, and such types where the values are not known by what was asked for. */
function bodyOf(answer: Answer, one: Case, own: Record<string, string>, sent: unknown): unknown {
  const shape = answer.body ?? {};
  const [wish] = typeof sent === 'object' && sent !== null ? Object.values(sent as Record<string, unknown>) : [];
  const asked = (typeof wish === 'object' && wish !== null ? wish : {}) as Record<string, unknown>;
  const build = (path: string): unknown => {
    const types = (shape[path] ?? '').split('|');
    const name = path.split('.').at(-1) ?? '';
    if (types[0] === 'array') return [build(`${path}[]`)];
    if (types[0] === 'empty') return [];
    if (types.includes('object')) {
      const keys = Object.keys(shape).flatMap(key =>
        /^\.([^.[]+)$/.exec(key.slice(path.length))?.[1] && key.startsWith(path) ? [key] : [],
      );
      return Object.fromEntries(keys.map(key => [key.slice(path.length + 1), build(key)]));
    }
    if (types[0] === 'boolean') return asked[name] ?? false;
    if (types[0] === 'number') return answer.status;
    if (types[0] === 'null') return null;
    return textAt(name, one, answer, own, asked);
  };
  return build('$');
}

function textAt(
  name: string,
  one: Case,
  answer: Answer,
  own: Record<string, string>,
  asked: Record<string, unknown>,
): unknown {
  if (name === 'message') return messageOf(one, answer, own, asked);
  const volume = one.operation === 'attach' ? asked.volumeId : own.volume_id;
  const known: Record<string, unknown> = {
    id: volume,
    volumeId: volume,
    serverId: own.server_id,
    attachment_id: own.attachment_id,
    bdm_uuid: own.bdm_uuid,
    device: own.device,
    tag: asked.tag ?? own.tag,
  };
  return known[name] ?? 'words';
}

function messageOf(
  { operation }: Case,
  { text = '' }: Answer,
  own: Record<string, string>,
  asked: Record<string, unknown>,
): string {
  const volume = operation === 'attach' || operation === 'update' ? String(asked.volumeId) : (own.volume_id ?? '');
  return text
    .replaceAll(/(olume|with id) <uuid>/g, `$1 ${volume}`)
    .replaceAll('Instance <uuid>', `Instance ${own.server_id}`)
    .replaceAll('instance <uuid>', `instance ${own.server_id}`);
}
