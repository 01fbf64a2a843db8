import type { RetoldStep } from '../../src/judge/retold-history.ts';
import type { HistoryFailure, HistoryResult } from '../../src/judge/verdict.ts';
import type { Case } from '../../src/plan/case.ts';
import type { Recipes } from '../../src/report/model.ts';
import { makeCase, makeExchange } from './make-report.ts';

/** A case about a generated history. */
export function makeHistoryCase(parts: Partial<Case> = {}): Case {
  return makeCase({
    id: 'history.settled[1]@2.101',
    rule: 'history.settled',
    suite: 'histories',
    history: {
      generated: { mode: 'settled', number: 1, runs: 20, length: 26, seed: 7 },
      microversions: ['2.79', '2.101'],
    },
    ...parts,
  });
}

/** One history that was played. */
export function makeHistory(parts: Partial<HistoryResult> = {}): HistoryResult {
  return {
    played: 1,
    commands: 26,
    requests: 90,
    coverage: {
      pairs: { 'active attach': 3, 'active list': 1, 'paused attach': 0, 'paused list': 0 },
      steps: { 'pause: active -> paused': 0, 'lock: active -> active': 2, 'lock: paused -> paused': 0 },
    },
    ended: [],
    ...parts,
  };
}

export function makeRetoldStep(parts: Partial<RetoldStep> = {}): RetoldStep {
  return { caller: 'member', server: 0, statuses: [200], after: [], looks: { servers: [], volumes: [] }, ...parts };
}

/** A server is paused, and then refuses what it must not refuse. */
export function makeHistoryFailure(parts: Partial<HistoryFailure> = {}): HistoryFailure {
  const url = 'http://127.0.0.1:8774/v2.1/servers/5e/os-volume_attachments';
  return {
    mode: 'settled',
    rule: 'attach.success',
    sentence: 'A free volume is attached.',
    source: ['seed.attach'],
    seed: 7,
    path: '0:3:1',
    at: 1,
    from: 26,
    attempts: 31,
    requests: 390,
    durationMs: 4210,
    confirmed: true,
    microversions: ['2.79'],
    plan: [
      { step: 'pause', server: 0 },
      { ask: 'attach.success@2.79', server: 0, volume: 1 },
    ],
    steps: [
      { text: 'pause server 1', expected: 'done', received: 'done' },
      {
        text: 'attach.success@2.79 server 1 volume 2',
        expected: '200',
        received: '403 "no"',
        exchange: makeExchange({ url, body: '{"volumeAttachment":{"volumeId":"7f"}}' }, { status: 403 }),
      },
    ],
    servers: ['5e', '5f'],
    volumes: ['7e', '7f'],
    retold: {
      shows: 'status',
      what: 'status',
      expected: '200',
      received: '403 "no"',
      steps: [
        makeRetoldStep({ statuses: [], take: [{ action: { pause: null }, until: { status: 'PAUSED' } }] }),
        makeRetoldStep(),
      ],
      together: 0,
      outcomes: [],
    },
    ...parts,
  };
}

export function makeRecipes(parts: Partial<Recipes> = {}): Recipes {
  return {
    image: 'tiny',
    flavor: '42',
    server: { server: { name: '{{name}}', imageRef: '{{image}}', flavorRef: '{{flavor}}' } },
    volumes: { plain: { volume: { name: '{{name}}', size: 1 } } },
    given: ['plain', 'plain'],
    servers: 2,
    header: 'OpenStack-API-Version: compute 2.101',
    ready: { server: ['ACTIVE'], volume: ['available'] },
    gone: [404],
    actions: { forceDelete: { forceDelete: null }, server: { unlock: null }, volume: { 'os-unreserve': null } },
    limits: { build: 300, rest: 120, linger: 0.4 },
    distinct: ['device'],
    kept: ['bdm_uuid'],
    ...parts,
  };
}
