import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CloudOptions, startCloud } from '../../cloud/cloud.ts';
import { loadContract } from '../../src/contract/load.ts';
import type { Case, Expectation, Given } from '../../src/plan/case.ts';
import { Builder } from '../../src/stage/builder.ts';
import { choose } from '../../src/stage/choices.ts';
import { CloudApi } from '../../src/stage/cloud-api.ts';
import { Ledger } from '../../src/stage/ledger.ts';
import { Stage, type StageOptions } from '../../src/stage/stage.ts';
import { connect } from '../../src/target/connect.ts';
import type { Exchange } from '../../src/target/exchange.ts';
import { openSessions, type Sessions } from '../../src/target/session.ts';

/** A stage on a cloud of its own. */
export interface Bench {
  stage: Stage;
  api: CloudApi;
  sessions: Sessions;
  ledger: Ledger;
  builder: Builder;
  /** What the stage said it was busy with. */
  phases: string[];
  /** A second stage on the same cloud, as another run would be. */
  another(options?: Partial<StageOptions>): Stage;
  /** Sends a request to Nova as the member, at the stage's microversion. */
  nova(method: string, path: string, body?: unknown): Promise<Exchange>;
  close(): Promise<void>;
}

/** Starts a cloud, signs everybody in and sets up a stage. */
export async function openBench(cloudOptions: CloudOptions = {}, options: Partial<StageOptions> = {}): Promise<Bench> {
  const cloud = await startCloud({ delay: 1, ...cloudOptions });
  const folder = mkdtempSync(join(tmpdir(), 'novaspec-stage-'));
  const file = join(folder, 'clouds.yaml');
  writeFileSync(file, cloud.cloudsYaml());
  const settings = {
    osCloud: 'novaspec',
    personas: { reader: 'novaspec-reader', other: 'novaspec-other', admin: 'novaspec-admin' },
    timeoutMs: 10_000,
    maxBodyBytes: 1_000_000,
    concurrency: 16,
  };
  const target = await connect(settings, { OS_CLIENT_CONFIG_FILE: file }, folder);
  const sessions = openSessions(target);
  const phases: string[] = [];
  const ledgerFile = join(folder, 'ledger.jsonl');
  const hasVolumes = target.volume !== null;
  const api = new CloudApi(loadContract(), sessions, target.compute.max, hasVolumes);
  const choices = await choose(api, target, {});
  const another: Bench['another'] = (more = {}) =>
    new Stage(loadContract(), target, sessions, {
      runId: 'test',
      ledgerFile,
      volumes: [],
      cases: [],
      budget: { servers: 12, walkers: 4, own: 3, volumes: 64 },
      choices,
      isCancelled: () => false,
      onPhase: text => phases.push(text),
      ...more,
    });
  const stage = another(options);
  return {
    stage,
    api: stage.api,
    sessions,
    ledger: new Ledger(ledgerFile),
    builder: new Builder(api, new Ledger(ledgerFile), 'test', choices),
    phases,
    another,
    nova: (method, path, body) => stage.api.ask('member', 'compute', method, path, body),
    async close() {
      await sessions.close();
      await cloud.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A case as far as the stage looks at it. */
export function caseWith(given: Given, effect?: Expectation['effect'], body?: unknown): Case {
  return {
    id: 'test',
    rule: 'test',
    level: 'required',
    suite: 'shapes',
    operation: 'attach',
    microversion: '2.101',
    persona: 'member',
    given,
    request: { method: 'POST', path: '', headers: {}, ...(body === undefined ? {} : { body }) },
    expect: { status: [202], ...(effect === undefined ? {} : { effect }) },
  };
}

/** For `expect.poll`: a busy machine may take its time. */
export const patiently = { timeout: 30_000 };

/** Runs something that waits in vain, with an end to its waits that nobody notices. */
export async function inVain<T>({ api }: Bench, run: () => Promise<T>): Promise<T> {
  const usual = { ...api.data.limits };
  Object.assign(api.data.limits, { attach: 0.3, detach: 0.3, detach_unlist: 0.3, server_state: 1, server_settle: 0.3 });
  try {
    return await run();
  } finally {
    Object.assign(api.data.limits, usual);
  }
}

/** The path of an attachment, or of all attachments of a server. */
export function attachments(serverId: string | null, volumeId?: string): string {
  return `/servers/${serverId}/os-volume_attachments${volumeId === undefined ? '' : `/${volumeId}`}`;
}

/** The status of a volume as its owner sees it; `gone` when nobody has it. */
export async function volumeStatus(api: CloudApi, volumeId: string, persona = 'member'): Promise<string> {
  const exchange = await api.ask(persona, 'volume', 'GET', `/volumes/${volumeId}`);
  return (exchange.response.json as { volume?: { status: string } }).volume?.status ?? 'gone';
}
