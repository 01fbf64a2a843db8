import type { Timeline } from '../../src/judge/timeline.ts';
import type { CaseResult, Deviation, Timing } from '../../src/judge/verdict.ts';
import type { Case } from '../../src/plan/case.ts';
import type { Report } from '../../src/report/model.ts';
import type { Exchange } from '../../src/target/exchange.ts';

const startedAt = Date.parse('2026-03-01T03:00:00Z');

/** A finished run without cases; the parts that a test is about are handed in. */
export function makeReport(parts: Partial<Report> = {}): Report {
  return {
    tool: { name: 'novaspec', version: '1.2.3' },
    runId: 'run1',
    folder: 'out',
    replay: 'npx novaspec replay',
    startedAt,
    finishedAt: startedAt + 72_000,
    ended: null,
    shard: null,
    repeat: 1,
    requests: 0,
    complete: true,
    exitCode: 0,
    target: {
      name: 'devstack',
      compute: 'http://127.0.0.1:8774/v2.1',
      volume: null,
      microversions: { min: '2.1', max: '2.101' },
      personas: { member: { roles: ['member'], project: 'demo' } },
      features: ['volume service'],
    },
    choices: {
      image: { id: 'i1', name: 'tiny' },
      flavor: { id: '42', name: 'm1.nano' },
      resizeFlavor: null,
      network: 'none',
      availabilityZone: null,
      volumeType: null,
      servers: 10,
    },
    recipes: null,
    failure: null,
    notes: [],
    selection: { levels: ['required'] },
    wait: null,
    judged: ['required'],
    planDigest: 'sha256:abc',
    cases: [],
    rules: {
      'attach.volume.unknown': {
        sentence: 'Attaching a volume that does not exist is refused.',
        level: 'required',
        source: ['seed "Attach a volume to an instance"', 'nova/compute/api.py@master:5199'],
      },
    },
    courses: {},
    results: new Map(),
    classes: ['2.1', '2.20', '2.101'],
    command: 'npx novaspec run --os-cloud devstack',
    cleanUp: 'npx novaspec cleanup out --os-cloud devstack',
    leftovers: [],
    lost: [],
    ledger: { created: 4, removed: 4 },
    stage: { servers: 4, actions: 12, waitedMs: 31_000, readings: 0 },
    ...parts,
  };
}

/** A run of these cases, each with its verdict; a case without one was never judged. */
export function makeRun(judged: [Case, CaseResult?][], parts: Partial<Report> = {}): Report {
  const results = judged.flatMap(([, result]) => (result ? [result] : []));
  return makeReport({
    cases: judged.map(([planned]) => planned),
    results: new Map(results.map(result => [result.id, result])),
    ...parts,
  });
}

export function makeCase(parts: Partial<Case> = {}): Case {
  const rule = parts.rule ?? 'attach.volume.unknown';
  const microversion = parts.microversion ?? '2.79';
  return {
    id: `${rule}@${microversion}`,
    rule,
    level: 'required',
    suite: 'attach',
    operation: 'attach',
    microversion,
    persona: 'member',
    given: { server: 'image_backed' },
    request: { method: 'POST', path: '/servers/{{server}}/os-volume_attachments', headers: {} },
    expect: { status: [404], effect: 'none' },
    ...parts,
  };
}

/** A passed case; other verdicts are handed in. */
export function makeResult(id: string, parts: Partial<CaseResult> = {}): CaseResult {
  return {
    id,
    verdict: 'pass',
    deviations: [],
    findings: [],
    exchanges: [],
    startedAt: startedAt + 1_000,
    durationMs: 250,
    requests: 1,
    ...parts,
  };
}

export function makeDeviation(parts: Partial<Deviation> = {}): Deviation {
  return { what: 'status', expected: '404 itemNotFound', received: '200', level: 'required', ...parts };
}

/** A case that failed, with its evidence. */
export function makeFailure(id: string, parts: Partial<CaseResult> = {}): CaseResult {
  return makeResult(id, {
    verdict: 'fail',
    message: 'attach.volume.unknown: expected 404 itemNotFound, received 200',
    deviations: [makeDeviation()],
    exchanges: [makeExchange()],
    ...parts,
  });
}

export function makeExchange(
  request: Partial<Exchange['request']> = {},
  response: Partial<Exchange['response']> = {},
): Exchange {
  return {
    request: {
      method: 'POST',
      url: 'http://127.0.0.1:8774/v2.1/servers/5e/os-volume_attachments',
      headers: {
        Host: '127.0.0.1:8774',
        'Content-Type': 'application/json',
        'X-Auth-Token': '<redacted>',
        'OpenStack-API-Version': 'compute 2.79',
      },
      body: '{"volumeAttachment":{"volumeId":"no-such-volume"}}',
      ...request,
    },
    response: {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"volumeAttachment": {"id": "7f"}}',
      json: { volumeAttachment: { id: '7f' } },
      ...response,
    },
    startedAt: startedAt + 1_000,
    durationMs: 40,
  };
}

export function makeTiming(parts: Partial<Timing> = {}): Timing {
  return { operation: 'attach', state: 'active', acceptedMs: 40, completedMs: 310, blurMs: 25, ...parts };
}

/** An attach whose row was not there at first. */
export function makeTimeline(parts: Partial<Timeline> = {}): Timeline {
  return {
    course: 'attach',
    request: 'POST /servers/5e/os-volume_attachments',
    samples: [
      { observer: 'list', shown: 'absent', from: 2, to: 12 },
      { observer: 'list', shown: 'present', from: 30, to: 41, detail: { volumeId: '7f' } },
    ],
    completed: 41,
    blur: 12,
    limit: 120,
    ...parts,
  };
}
