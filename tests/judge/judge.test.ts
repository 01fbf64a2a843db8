import { describe, expect, test } from 'vitest';
import { answer, caseOf, server, verdict, volume } from './evidence.ts';

const attachment = { id: volume, serverId: server, volumeId: volume, device: '/dev/vdb' };
/** A refusal of an unknown thing, with headers. */
const gone = (headers: Record<string, string>) => answer(404, fault('itemNotFound', 404), headers);
/** A page of a list. */
const page = (...items: unknown[]) => answer(200, { volumeAttachments: items });
const fault = (key: string, code: unknown, message: unknown = 'No.') => ({ [key]: { code, message } });

describe('status', () => {
  const unknown = caseOf('show.volume.unknown[unknown]@2.79');

  test('the expected one', () => {
    expect(verdict(unknown, answer(404, fault('itemNotFound', 404)))).toEqual([]);
  });

  test('another one is the only deviation, with the message that came', () => {
    const came = answer(409, fault('conflictingRequest', 409, 'Instance is locked'));
    expect(verdict(unknown, came)).toEqual([
      'required status: expected 404 itemNotFound, received 409 conflictingRequest "Instance is locked"',
    ]);
  });

  test.each([
    ['no body', answer(500), '500'],
    ['a page', answer(502, '<h1>Bad gateway</h1>'), '502'],
    ['a list', answer(200, [1]), '200'],
    ['null', answer(200, { volumeAttachment: null }), '200'],
    ['an attachment', answer(200, { volumeAttachment: attachment }), '200'],
    [
      'a long message',
      answer(400, fault('badRequest', 400, 'x'.repeat(300))),
      `400 badRequest "${'x'.repeat(200)}..."`,
    ],
  ])('instead of it %s', (_, came, received) => {
    expect(verdict(unknown, came)).toEqual([`required status: expected 404 itemNotFound, received ${received}`]);
  });

  test('several that are all acceptable have no envelope in common', () => {
    const route = caseOf('route.method.unknown[list:patch]@2.1');
    expect(verdict(route, answer(405))).toEqual([]);
    expect(verdict(route, answer(200))).toEqual(['advisory status: expected 404 or 405, received 200']);
    const either = { ...unknown, expect: { status: [400, 409] } };
    expect(verdict(either, answer(404))).toEqual(['required status: expected 400 or 409, received 404']);
  });
});

function refusal(status: number, message: string) {
  return answer(status, { conflictingRequest: { code: 409, message } });
}

describe('message', () => {
  const locked = caseOf('attach.state.locked@2.1');

  test('the expected one, with the values of the lease', () => {
    expect(verdict(locked, refusal(409, `Instance ${server} is locked`))).toEqual([]);
  });

  test('another one is a finding, whatever the level of the rule', () => {
    expect(locked.level).toBe('required');
    expect(verdict(locked, refusal(409, `Instance ${volume} is locked`))).toEqual([
      `informative message: expected /Instance ${server} is locked/, received "Instance ${volume} is locked"`,
    ]);
  });

  test('it is not looked at where the status is wrong already, or where nothing is refused', () => {
    expect(verdict(locked, refusal(400, 'no'))).toHaveLength(1);
    const device = caseOf('attach.device.used@2.1', { body: 'any' });
    expect(verdict(device, answer(200, { volumeAttachment: {} }))).toEqual([]);
    expect(verdict(device, refusal(409, 'The supplied device path (/dev/sda) is in use.'))).toEqual([]);
    expect(verdict(device, refusal(409, 'no'))).toHaveLength(1);
  });
});

describe('body', () => {
  const show = caseOf('show.success@2.1', { match: undefined });

  test('the schema of the microversion', () => {
    expect(verdict(show, answer(200, { volumeAttachment: attachment }))).toEqual([]);
    expect(
      verdict(caseOf('show.success@2.70', { match: undefined }), answer(200, { volumeAttachment: attachment })),
    ).toEqual(['required body /volumeAttachment/tag: expected a required property, received absent']);
  });

  test('each deviation has its place, what was expected and what came', () => {
    const body = { volumeAttachment: { ...attachment, id: 7, 'a/b': true }, links: [] };
    expect(verdict(show, answer(200, body)).toSorted()).toEqual([
      'required body /links: expected no such property, received []',
      'required body /volumeAttachment/a~1b: expected no such property, received true',
      'required body /volumeAttachment/id: expected must be string, received 7',
    ]);
  });

  test('JSON where JSON is due', () => {
    expect(verdict(show, answer(200))).toEqual(['required body: expected JSON, received no body']);
    expect(verdict(show, answer(200, '<html>'))).toEqual(['required body: expected JSON, received <html>']);
    expect(verdict(show, answer(200, 'y'.repeat(300)))).toEqual([
      `required body: expected JSON, received ${'y'.repeat(200)}...`,
    ]);
  });

  test('no body where none is due', () => {
    const detach = caseOf('detach.success@2.1');
    expect(verdict(detach, answer(202))).toEqual([]);
    expect(verdict(detach, answer(202, { gone: true }))).toEqual([
      'required body: expected no body, received {"gone":true}',
    ]);
    expect(verdict(detach, answer(202, ' '))).toEqual(['required body: expected no body, received  ']);
  });

  test('what a refusal looks like is advisory for a required rule', () => {
    const unknown = caseOf('show.volume.unknown[unknown]@2.79');
    expect(verdict(unknown, answer(404, fault('notFound', 404)))).toEqual([
      'advisory body /itemNotFound: expected a required property, received absent',
      'advisory body /notFound: expected no such property, received {"code":404,"message":"No."}',
    ]);
    expect(verdict(unknown, answer(404))).toEqual(['advisory body: expected JSON, received no body']);
    expect(verdict(unknown, answer(404, fault('itemNotFound', 400)))).toEqual([
      'advisory body /itemNotFound/code: expected 404, received 400',
    ]);
    expect(verdict(unknown, answer(404, fault('itemNotFound', 404, '')))).toEqual([
      'advisory body /itemNotFound/message: expected must NOT have fewer than 1 characters, received ""',
    ]);
  });

  test('a place that breaks the same rule in several schemas is told once', () => {
    const lines = verdict(caseOf('show.volume.unknown[unknown]@2.79'), answer(404, fault('itemNotFound', '404')));
    expect(lines).toContain('advisory body /itemNotFound/code: expected must be integer, received "404"');
    expect(new Set(lines).size).toBe(lines.length);
  });

  test('an informative rule stays informative, whatever a refusal looks like', () => {
    const ignored = caseOf('attach.query.ignored@2.79');
    expect(verdict(ignored, answer(404))).toEqual(['informative body: expected JSON, received no body']);
    expect(verdict(ignored, answer(400))).toEqual(['informative status: expected 404 itemNotFound, received 400']);
  });

  test('an unauthorized answer is keystonemiddleware’s', () => {
    const none = caseOf('access.token.missing[list]@2.1');
    const error = { code: 401, title: 'Unauthorized', message: 'The request requires authentication.' };
    expect(verdict(none, answer(401, { error }))).toEqual([]);
    expect(verdict(none, answer(401, fault('unauthorized', 401)))).toHaveLength(2);
  });

  test('a body that is not judged may be anything', () => {
    expect(verdict(caseOf('route.suffix.unknown[show:slash]@2.1'), answer(404, '<html>'))).toEqual([]);
  });
});

describe('match', () => {
  const list = caseOf('list.success@2.1');
  const wrong = { ...attachment, id: server, volumeId: server };

  test('a list has one like this, wherever it stands', () => {
    expect(verdict(list, answer(200, { volumeAttachments: [wrong, attachment] }))).toEqual([]);
    expect(verdict(list, answer(200, { volumeAttachments: [] }))).toEqual([
      `required body /volumeAttachments/0: expected {"serverId":"${server}","volumeId":"${volume}","id":"${volume}"}, received []`,
    ]);
    expect(verdict(list, answer(200, { volumeAttachments: [wrong] }))).toEqual([
      `required body /volumeAttachments/0: expected {"serverId":"${server}","volumeId":"${volume}","id":"${volume}"}, received ${JSON.stringify([wrong])}`,
    ]);
  });

  test('an object has at least these values', () => {
    const attach = caseOf('attach.success@2.70');
    const untagged = { ...attachment, tag: null };
    expect(verdict(attach, answer(200, { volumeAttachment: untagged }))).toEqual([]);
    const wrong = { ...untagged, tag: 'x', serverId: volume };
    expect(verdict(attach, answer(200, { volumeAttachment: wrong }))).toEqual([
      `required body /volumeAttachment/serverId: expected "${server}", received "${volume}"`,
      'required body /volumeAttachment/tag: expected null, received "x"',
    ]);
  });

  test('a missing value is absent, and a body of another form has none', () => {
    const tag = caseOf('show.tag[tagged]@2.70', { body: 'any' });
    const bare = { ...tag, expect: { status: [200], match: tag.expect.match } };
    expect(verdict(bare, answer(200, { volumeAttachment: { ...attachment } }))).toEqual([
      'required body /volumeAttachment/tag: expected a required property, received absent',
      'required body /volumeAttachment/tag: expected "novaspec", received absent',
    ]);
    expect(verdict(bare, answer(200, 'text'))).toContain(
      'required body /volumeAttachment/tag: expected "novaspec", received absent',
    );
  });
});

describe('headers', () => {
  const version = caseOf('headers.microversion[list]@2.79');
  const both = { 'openstack-api-version': 'compute 2.79', 'x-openstack-nova-api-version': '2.79' };

  test('each one is found in any case of letters', () => {
    expect(verdict(version, gone(both))).toEqual([]);
  });

  test('another value, and none', () => {
    expect(verdict(version, gone({ 'openstack-api-version': 'compute 2.7' }))).toEqual([
      'required header OpenStack-API-Version: expected /^compute 2\\.79$/, received "compute 2.7"',
      'required header X-OpenStack-Nova-API-Version: expected /^2\\.79$/, received absent',
    ]);
  });

  test('a placeholder is taken literally', () => {
    const lines = verdict(version, gone({ ...both, 'openstack-api-version': 'compute 2x79' }));
    expect(lines).toHaveLength(1);
    const own = caseOf('headers.microversion[list]@2.79', { headers: { Own: '^{{server_id}}$', Other: '^{{tag}}$' } });
    expect(verdict(own, gone({ own: server, other: 'novaspecs' }))).toEqual([
      'required header Other: expected /^novaspec$/, received "novaspecs"',
    ]);
  });

  test('a header that may not be there', () => {
    const malformed = caseOf('version.malformed[list:word]@2.1');
    expect(verdict(malformed, answer(400, fault('badRequest', 400)))).toEqual([]);
    expect(verdict(malformed, answer(400, fault('badRequest', 400), both))).toEqual([
      'required header OpenStack-API-Version: expected absent, received "compute 2.79"',
    ]);
  });

  test('the value of another header', () => {
    const ids = caseOf('headers.request-id[list]@2.79');
    const id = `req-${server}`;
    expect(verdict(ids, gone({ 'x-openstack-request-id': id, 'x-compute-request-id': id }))).toEqual([]);
    expect(verdict(ids, gone({ 'x-openstack-request-id': id, 'x-compute-request-id': `req-${volume}` }))).toEqual([
      `advisory header x-compute-request-id: expected /^${id}$/, received "req-${volume}"`,
    ]);
    expect(verdict(ids, gone({ 'x-openstack-request-id': id }))).toEqual([
      `advisory header x-compute-request-id: expected /^${id}$/, received absent`,
    ]);
  });
});

describe('items', () => {
  const whole = [1, 2, 3].map(digit => ({ ...attachment, id: `${digit}${volume.slice(1)}` }));
  const first = whole[0];

  test('a part of the whole list, in any order', () => {
    const limited = caseOf('list.paging.limit[2]@2.1');
    expect(verdict(limited, page(whole[2], first), whole)).toEqual([]);
    expect(verdict(limited, page(), whole)).toEqual([]);
    expect(verdict(limited, page(...whole), whole)).toEqual([
      'required items: expected at most 2 items, received 3 items',
    ]);
    expect(verdict(limited, page(first, first), whole)).toEqual([
      'required items: expected no item twice, received 1 of 2 repeated',
    ]);
  });

  test('nothing that is not in the whole list', () => {
    const stranger = { ...attachment, device: '/dev/vdz' };
    expect(verdict(caseOf('list.paging.limit[1]@2.1'), page(stranger), whole)).toEqual([
      `required items: expected items of the whole list only, received ${JSON.stringify([stranger])}`,
    ]);
  });

  test('all of it', () => {
    const zero = caseOf('list.paging.whole[zero]@2.1');
    expect(verdict(zero, page(...whole.toReversed()), whole)).toEqual([]);
    expect(verdict(zero, page(first), whole)).toEqual([
      'advisory items: expected 3 items (the whole list has 3), received 1 items',
    ]);
  });

  test('nothing of it', () => {
    const far = caseOf('list.paging.offset[far]@2.1');
    expect(verdict(far, page(), whole)).toEqual([]);
    expect(verdict(far, page(first), whole)).toEqual([
      'required items: expected 0 items (the whole list has 3), received 1 items',
    ]);
  });

  test('exactly so many fewer, of which some may be hidden', () => {
    const skips = caseOf('list.paging.skips[plain]@2.1');
    expect(verdict(skips, page(first), whole)).toEqual([]);
    expect(verdict(skips, page(first, whole[1]), whole)).toEqual([]);
    for (const items of [whole, []]) {
      expect(verdict(skips, page(...items), whole)).toEqual([
        `advisory items: expected 1 or 2 items fewer than the whole list of 3, received ${items.length} items`,
      ]);
    }
  });
});

describe('sample', () => {
  const show = caseOf('show.sample@2.79');
  const tagged = { ...attachment, tag: 'novaspec', delete_on_termination: false };

  test('the same keys and types, whatever the values', () => {
    expect(verdict(show, answer(200, { volumeAttachment: tagged }))).toEqual([]);
  });

  test('a key too few, a key too many, another type', () => {
    const { device: _, ...bare } = tagged;
    expect(verdict(show, answer(200, { volumeAttachment: bare }))).toEqual([
      'required sample volume-attachment-detail-resp /volumeAttachment/device: expected string, received absent',
    ]);
    const lines = verdict(show, answer(200, { volumeAttachment: { ...tagged, tag: null, more: 1 } }));
    expect(lines).toContain(
      'required sample volume-attachment-detail-resp /volumeAttachment/tag: expected string, received null',
    );
    expect(lines).toContain(
      'required sample volume-attachment-detail-resp /volumeAttachment/more: expected no such key, received number',
    );
  });

  test('a list is the union of its items', () => {
    const list = caseOf('list.sample@2.79');
    const untagged = { ...tagged, tag: null };
    expect(verdict(list, answer(200, { volumeAttachments: [tagged, untagged, tagged] }))).toEqual([]);
    expect(verdict(list, answer(200, { volumeAttachments: [untagged] }))).toEqual([]);
    expect(verdict(list, answer(200, { volumeAttachments: [] }))[0]).toBe(
      'required sample list-volume-attachments-resp /volumeAttachments/*: expected object, received absent',
    );
  });

  test('the sample of the microversion', () => {
    const newest = caseOf('show.sample@2.104');
    const ids = { attachment_id: server, bdm_uuid: volume };
    const { id: _, ...rest } = tagged;
    expect(verdict(newest, answer(200, { volumeAttachment: { ...rest, ...ids } }))).toEqual([]);
  });
});
