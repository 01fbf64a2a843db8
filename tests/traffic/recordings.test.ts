import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { novaspec, type Outcome, temporaryFolder } from '../cli/command.ts';
import {
  attachEntry,
  type Changes,
  done,
  har,
  list,
  listEntry,
  listText,
  pairs,
  refusal,
  secret,
  server,
  volume,
  wish,
} from './entries.ts';

/** Judges one file of this content. */
function judge(content: string | Buffer, ...options: string[]): Promise<Outcome> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'some.har'), content);
  return novaspec(['judge', 'some.har', ...options], folder);
}

/** The verdict about each of the entries, and why where there is none. */
async function verdictsOf(entries: readonly unknown[]): Promise<(string | undefined)[]> {
  const { stdout } = await judge(har(entries), '--json');
  const { exchanges } = JSON.parse(stdout) as {
    exchanges: { verdict: string; why?: string; deviations: { rule: string }[] }[];
  };
  return exchanges.map(({ verdict, why, deviations }) => why ?? deviations[0]?.rule ?? verdict);
}

/** An accepted attach whose request is recorded as this text, and was so many bytes long. */
function sent(text: string, length: number): unknown {
  const attachment = JSON.parse(listText).volumeAttachments[0];
  const changes = {
    request: { 'Content-Length': `${length}` },
    text: JSON.stringify({ volumeAttachment: attachment }),
  };
  return attachEntry(text, changes);
}

const lowerCase = (entry: ReturnType<typeof listEntry>) => ({
  request: (entry.request?.headers ?? []).map(({ name, value }) => ({ name: name.toLowerCase(), value })),
  response: (entry.response?.headers ?? []).map(({ name, value }) => ({ name: name.toLowerCase(), value })),
});

const plain = listEntry();
const lower = lowerCase(plain);

const headerless = 'a proxy that keeps no headers';

/** The same exchange as recorders write it. */
const styles = {
  plain: har([plain]),
  'pretty-printed': JSON.stringify(JSON.parse(har([plain])), null, 2),
  'with a byte order mark': `\ufeff${har([plain])}`,
  'an entry a line': `{"log":{"version":"1.2","entries":[\n${JSON.stringify(plain)},\n${JSON.stringify(plain)}\n]}}\n`,
  Chrome: har(
    [
      {
        _connectionId: '1',
        _initiator: { type: 'script', stack: { callFrames: [] } },
        _priority: 'High',
        _resourceType: 'fetch',
        cache: {},
        pageref: 'page_1',
        ...plain,
        request: {
          ...plain.request,
          httpVersion: 'h2',
          headers: [
            { name: ':authority', value: 'nova.example.org' },
            { name: ':method', value: 'GET' },
            ...lower.request,
          ],
          cookies: [],
          queryString: [],
        },
        response: {
          ...plain.response,
          httpVersion: 'h2',
          headers: lower.response,
          content: {
            size: listText.length,
            mimeType: 'application/json',
            text: Buffer.from(listText).toString('base64'),
            encoding: 'base64',
          },
          _transferSize: 612,
          _error: null,
        },
        timings: { blocked: 1, _blocked_queueing: 0.5, wait: 10 },
      },
    ],
    { pages: [{ id: 'page_1', title: 'somewhere', pageTimings: { onLoad: null } }] },
  ),
  Firefox: har([
    {
      ...plain,
      request: { ...plain.request, httpVersion: 'HTTP/2', headersSize: 812, headers: lower.request },
      response: {
        ...plain.response,
        httpVersion: 'HTTP/2',
        // Each line of a repeated header is one of its own.
        headers: lower.response.flatMap(pair =>
          pair.name === 'vary' ? pair.value.split(', ').map(value => ({ name: 'vary', value })) : [pair],
        ),
      },
      serverIPAddress: '192.0.2.7',
    },
  ]),
  mitmproxy: har(
    [
      {
        ...plain,
        cache: {},
        response: { ...plain.response, httpVersion: 'HTTP/2.0', redirectURL: '', bodySize: 300 },
        connection: 'x',
      },
    ],
    { comment: '', creator: { name: 'mitmproxy', version: '10.1', comment: '' } },
  ),
  [headerless]: har([
    { ...plain, request: { ...plain.request, headers: [] }, response: { ...plain.response, headers: undefined } },
  ]),
  'a recorder that keeps no bodies': har([
    { ...plain, response: { ...plain.response, content: { size: 300, mimeType: 'application/json' } } },
  ]),
  gzip: gzipSync(har([plain])),
};

describe('a good exchange', () => {
  test('passes, whoever recorded it', async () => {
    const folder = temporaryFolder();
    for (const [style, content] of Object.entries(styles)) writeFileSync(join(folder, style), content);
    const { stdout, stderr } = await novaspec(['judge', ...Object.keys(styles), '--json'], folder);
    const { exchanges } = JSON.parse(stdout) as { exchanges: { file: string; verdict: string; why?: string }[] };
    const verdicts = exchanges.map(({ file, verdict, why }) => [file, why ?? verdict]);
    // Without any header nothing tells the microversion.
    const expected = Object.keys(styles).map(style => [
      style,
      style === headerless ? 'nothing says at which microversion it was' : 'pass',
    ]);
    expect(Object.fromEntries(verdicts)).toEqual(Object.fromEntries(expected));
    expect(stderr).toBe('');
  });

  test('standard input', async () => {
    const { code, stdout } = await novaspec(['judge', '-'], temporaryFolder(), {}, har([plain]));
    expect(stdout).toContain('-: 1 entry, recorded by somebody 7');
    expect(code).toBe(0);
  });
});

describe('of an exchange that says too little, nothing is said', () => {
  const gateway = { 'OpenStack-API-Version': null, 'X-OpenStack-Nova-API-Version': null, 'x-compute-request-id': null };
  const unjudged: [string, Changes | { response: object }, string][] = [
    ['without an answer', { status: 0 }, 'it has no answer'],
    ['from the cache of a browser', { _fromCache: 'disk' }, 'the browser answered it itself'],
    [
      'at an endpoint without microversions',
      { url: list.replace('v2.1', 'v2') },
      'the endpoint /v2 knows no microversions',
    ],
    [
      'at a microversion that is newer than the contract',
      { request: { 'OpenStack-API-Version': 'compute 2.999' }, response: { 'OpenStack-API-Version': 'compute 2.999' } },
      'the contract describes 2.1 to 2.104, not 2.999',
    ],
    ['that a gateway answered', { status: 503, text: '' }, 'the service was not available'],
    ['that was sent elsewhere', { status: 301, text: '' }, 'it was redirected'],
    [
      'at a wrong path',
      { status: 404, text: '<html></html>', response: gateway },
      'nothing in the answer says that Nova gave it',
    ],
    [
      'that some page answered',
      { text: '<html></html>', response: gateway },
      'nothing in the answer says that Nova gave it',
    ],
  ];

  test('each with its reason, and that alone is no success', async () => {
    const entries = unjudged.map(([, changes]) => listEntry(changes as Changes));
    expect(await verdictsOf(entries)).toEqual(unjudged.map(([, , why]) => why));
    const { code, stdout } = await judge(har(entries));
    expect(stdout).toContain('1 the endpoint /v2 knows no microversions');
    expect(stdout).toContain('INCOMPLETE (exit code 4): nothing could be judged; 0 passed, 0 failed, 8 not judged');
    expect(code).toBe(4);
  });

  test('a body of which the recording has but a part, or another than was sent, is not judged', async () => {
    const masked = '{"volumeAttachment":{"volumeId":"***"}}';
    const half = listEntry({ text: listText.slice(0, 50) });
    const cut = {
      ...half,
      response: { ...half.response, content: { size: listText.length, mimeType: '', text: listText.slice(0, 50) } },
    };
    expect(await verdictsOf([sent(masked, 72), cut])).toEqual(['pass', 'pass']);
    expect(await verdictsOf([sent(masked, masked.length), half])).toEqual(['attach.request.invalid', 'list.success']);
  });
});

test('other traffic is counted by kind', async () => {
  const elsewhere = [
    'https://keystone.example.org/v3/auth/tokens',
    list.replace('/os-volume_attachments', ''),
    `${list}/`,
  ];
  const foreign = elsewhere.map(url => listEntry({ url }));
  const preflight = listEntry({ method: 'OPTIONS' });
  const page = listEntry({ url: 'data:text/css,body{}' });
  const { code, stdout } = await judge(har([...foreign, preflight, page, {}, null]));
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
    'of volume attachments: 0 of 7 entries; not looked at: 3 of other APIs, 1 of other methods, 3 not HTTP',
  );
  expect(code).toBe(4);
});

describe('a file that is no whole HAR', () => {
  const line = JSON.stringify(plain);
  const begun = `{"log":{"version":"1.2","entries":[\n${line},\n${line},\n${line.slice(0, 200)}`;

  test('is judged up to where it breaks off, plain or compressed', async () => {
    for (const content of [begun, gzipSync(begun)]) {
      const { code, stdout, stderr } = await judge(content);
      expect(stdout).toContain('some.har: 2 entries');
      expect(stdout).toContain('INCOMPLETE (exit code 4): not all could be read; 2 passed, 0 failed, 0 not judged');
      expect(stderr).toBe(
        `novaspec: some.har breaks off after 2 entries, at about byte ${begun.length}: it ends too early\n`,
      );
      expect(code).toBe(4);
    }
    const faulty = JSON.stringify(listEntry({ status: 203 }));
    const { code } = await judge(begun.replace(line, faulty));
    expect(code).toBe(1);
  });

  test.each([
    [
      'words',
      'hello',
      'is no JSON: Unexpected "h" at chunk position "0" (absolute position "0") in state BOM_OR_START',
    ],
    ['nothing', '', 'is no JSON: it is empty'],
    ['other JSON', '{"entries":[]}', 'is JSON but no HAR: it has no log'],
    [
      'a newer version',
      '{"log":{"version":"2.0","entries":[]}}',
      'is a HAR of version 2.0; versions up to 1.2 are read',
    ],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]), 'is compressed by zstd; gzip and plain files are read'],
    ['UTF-16', Buffer.from(`\ufeff${begun}`, 'utf16le'), 'is UTF-16; UTF-8 is read'],
  ])('or refused in one line: %s', async (_, content, message) => {
    expect(await judge(content)).toEqual({ code: 2, stdout: '', stderr: `novaspec: some.har ${message}\n` });
  });

  test('as one that is not there', async () => {
    const { code, stderr } = await novaspec(['judge', 'nowhere.har'], temporaryFolder());
    expect(stderr).toMatch(/^novaspec: nowhere\.har cannot be read: ENOENT.*\n$/);
    expect(code).toBe(2);
  });
});

describe('a failure', () => {
  const wrong = listEntry({
    status: 203,
    request: { Cookie: 'session=topsecret', Authorization: 'Bearer topsecret' },
    response: { 'Set-Cookie': 'session=topsecret' },
  });

  test('says rule, sentence, source, place and request, and shows no secret', async () => {
    const { code, stdout } = await judge(har([plain, wrong, wrong]));
    const text = stdout.replaceAll(/\n {10}/g, ' ');
    expect(text).toContain('list  FAIL 2/3');
    expect(text).toContain('FAIL  list.success@2.79: expected 200, received 203\n');
    expect(text).toContain(
      "  rule    A list is answered 200 with the server's attachments, each with exactly the keys of the microversion. (required)\n",
    );
    expect(text).toContain('  source  seed.list; ');
    expect(text).toContain('  where   list: some.har, entry 2, 2026-05-04T03:02:01.000Z\n');
    expect(text).toContain('  where   1 more: entries 3\n');
    expect(text).toContain(
      `  curl    curl -sS -i --globoff -X GET ${list} -H "x-auth-token: $OS_TOKEN" -H 'openstack-api-version: compute 2.79'`,
    );
    expect(text).toContain('  answer  203 {"volumeAttachments":');
    expect(text).toContain('NOT CONFORMING (exit code 1): 1 passed, 2 failed, 0 not judged');
    expect(code).toBe(1);
    const { stdout: json } = await judge(har([plain, wrong]), '--json');
    expect(`${stdout}${json}`).not.toContain('secret');
    expect(secret).toContain('secret');
  });

  test('of a level that is not judged is a finding', async () => {
    const unvaried = har([listEntry({ response: { Vary: null } })]);
    const strict = await judge(unvaried);
    expect(strict.stdout).toContain('FAIL  headers.vary.success@2.79: header Vary: expected');
    expect(strict.code).toBe(1);
    const lenient = await judge(unvaried, '--level', 'required');
    expect(lenient.stdout).toContain('1 of headers.vary.success, e.g. entry 1: header Vary: expected');
    expect(lenient.code).toBe(0);
    const { code, stderr } = await judge(unvaried, '--level', 'strict');
    expect(stderr).toMatch(/^novaspec: --level: 'strict' is not known/);
    expect(code).toBe(2);
  });
});

describe('what one exchange proves', () => {
  const suspended = `Cannot 'attach_volume' instance ${server} while it is in vm_state suspended`;
  const shelved = `Cannot 'attach_volume' instance ${server} while it is in vm_state shelved`;
  const deleted = `Cannot 'attach_volume' instance ${server} while it is in vm_state deleted`;
  const invalid = 'Invalid input for field/attribute tag. Value: 7.';
  const known: [string, unknown, string][] = [
    ['a tag that is echoed', attachEntry(wish({ tag: 'a' }), done({ tag: 'a' })), 'pass'],
    ['a tag that is not', attachEntry(wish({ tag: 'a' }), done()), 'attach.tag'],
    ['a flag that is not', attachEntry(wish({ delete_on_termination: true }), done()), 'attach.flag'],
    // Nova's own defect, in all releases.
    [
      'a flag that was a text',
      attachEntry(wish({ delete_on_termination: 'yes' }), done({ delete_on_termination: 'yes' })),
      'pass',
    ],
    ['another volume', attachEntry(wish(), done({ volumeId: server })), 'attach.success'],
    ['a wrong request that is accepted', attachEntry(wish({ tag: 7 }), done()), 'attach.request.invalid'],
    ['one that is refused', attachEntry(wish({ tag: 7 }), refusal(400, 'badRequest', invalid)), 'pass'],
    [
      'one that is refused for what is looked at later',
      attachEntry(wish({ tag: 7 }), refusal(409, 'conflictingRequest', suspended)),
      'attach.request.invalid',
    ],
    [
      'a right request that is refused for its form',
      attachEntry(wish({ tag: 'a' }), refusal(400, 'badRequest', invalid)),
      'pass',
    ],
    ['a situation that is refused', attachEntry(wish(), refusal(409, 'conflictingRequest', suspended)), 'pass'],
    ['one that is not', attachEntry(wish(), refusal(409, 'conflictingRequest', shelved)), 'attach.state.shelved'],
    ['the moment in which a server goes', attachEntry(wish(), refusal(409, 'conflictingRequest', deleted)), 'pass'],
    [
      'a server that is not there',
      listEntry(refusal(404, 'itemNotFound', `Instance ${server} could not be found.`)),
      'pass',
    ],
    [
      'the same with another status',
      listEntry(refusal(403, 'forbidden', `Instance ${server} could not be found.`)),
      'access.server.unknown',
    ],
    ['a refusal of another kind', listEntry(refusal(418, 'teapot', 'Short and stout')), 'list.success'],
    ['an envelope with another key', listEntry(refusal(404, 'notFound', 'Nothing here')), 'access.server.unknown'],
    [
      'a page that is too long',
      listEntry({
        url: `${list}?limit=1`,
        text: listText.replace('[', `[${JSON.stringify(JSON.parse(listText).volumeAttachments[0])},`),
      }),
      'list.paging.limit',
    ],
    ['an attachment of another server', listEntry({ text: listText.replace(server, volume) }), 'list.success'],
    [
      'a microversion that was not asked for',
      listEntry({ request: { 'OpenStack-API-Version': 'compute 2.70' } }),
      'headers.microversion',
    ],
    [
      'one that nobody has, refused',
      listEntry({
        ...refusal(
          406,
          'computeFault',
          'Version 2.999 is not supported by the API. Minimum is 2.1 and maximum is 2.104.',
        ),
        request: { 'OpenStack-API-Version': 'compute 2.999' },
        response: { 'OpenStack-API-Version': 'compute 2.999', 'X-OpenStack-Nova-API-Version': '2.999' },
      }),
      'pass',
    ],
  ];

  test('and what it does not', async () => {
    const verdicts = await verdictsOf(known.map(([, entry]) => entry));
    expect(known.map(([what], index) => [what, verdicts[index]])).toEqual(
      known.map(([what, , verdict]) => [what, verdict]),
    );
  });

  test('a request that is refused for its form against the schema is told, and fails nobody', async () => {
    const { stdout, code } = await judge(har([attachEntry(wish({ tag: 'a' }), refusal(400, 'badRequest', invalid))]));
    expect(stdout).toContain('1 of attach.request.valid, e.g. entry 1: expected a request that passes validation');
    expect(code).toBe(0);
  });
});

test('what identifies an attachment stays the same in a recording', async () => {
  const attachment = { serverId: server, volumeId: volume, device: '/dev/vdb', delete_on_termination: false };
  const listed = (ids: object): Changes => ({
    text: JSON.stringify({ volumeAttachments: [{ ...attachment, tag: null, ...ids }] }),
    request: { 'OpenStack-API-Version': 'compute 2.89' },
    response: { 'OpenStack-API-Version': 'compute 2.89', 'X-OpenStack-Nova-API-Version': '2.89' },
  });
  const ids = {
    attachment_id: '11111111-53a6-4f7e-8d21-6c7e5a9b3f42',
    bdm_uuid: '22222222-53a6-4f7e-8d21-6c7e5a9b3f42',
  };
  const verdicts = await verdictsOf([
    listEntry(listed(ids)),
    // Attached anew.
    listEntry(listed({ ...ids, attachment_id: server, bdm_uuid: volume })),
    // On its way.
    listEntry(listed({ ...ids, attachment_id: null })),
    listEntry(listed({ ...ids, bdm_uuid: server })),
  ]);
  expect(verdicts).toEqual(['pass', 'pass', 'pass', 'list.ids']);
});

test('nothing that a recorder writes can hurt', async () => {
  const odd = [
    { request: 1 },
    { request: { url: 7, method: [] } },
    { request: { url: list, method: 'get', headers: 'x' }, response: { status: '200' } },
  ];
  const headers = {
    request: { ...plain.request, headers: [null, 1, { name: 'X-Auth-Token' }] },
    response: { ...plain.response, headers: pairs({}) },
  };
  const { code, stderr } = await judge(har([...odd, headers, 'text', plain]));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
