import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { CloudOptions } from '../../cloud/cloud.ts';
import { type CommandBench, openCommandBench } from '../cli/bench.ts';
import { novaspec, type Outcome, type ReportFile, type Running, reportIn, start } from '../cli/command.ts';
import { type ProxyRules, startProxy } from '../cli/proxy.ts';

/** A cloud for the command, with a server and a volume of somebody else whose names look like a run's. */
export interface SurvivalBench extends CommandBench {
  /** Starts `novaspec run` with all personas; its reports go to `out` in the bench's folder. */
  start(args: readonly string[], out?: string): Running;
  /** Runs it to its end, which must be one of a cloud in trouble: no failure, no crash, reports. */
  run(args: readonly string[], out?: string): Promise<Outcome & { report: ReportFile }>;
  /** Finishes what a run left. */
  cleanup(out?: string): Promise<Outcome>;
  /** Names of what looks like a run's and is not somebody else's. */
  left(): Promise<string[]>;
  /** Expects that what is somebody else's is still there. */
  expectStrangers(): Promise<void>;
}

/** Names that only somebody else uses: a run's names go on with its id. */
const strangers = ['novaspec-server-1', 'novaspec-volume-1'];

const clouds = ['--os-cloud', 'novaspec', ...['reader', 'other', 'admin'].flatMap(persona)];

function persona(name: string): string[] {
  return ['--persona', `${name}=novaspec-${name}`];
}

/** Starts an embedded cloud; with rules, the command reaches it through a proxy that follows them. */
export async function openSurvivalBench(options: CloudOptions, rules?: ProxyRules): Promise<SurvivalBench> {
  const bench = await openCommandBench(options);
  const [{ id: imageRef }] = (await bench.send('GET', '/image/v2/images')).body.images;
  const server = { name: strangers[0], flavorRef: '42', imageRef };
  expect((await bench.nova('POST', '/servers', { body: { server } })).status).toBe(202);
  const volume = { name: strangers[1], size: 1 };
  expect((await bench.cinder('POST', '/volumes', { body: { volume } })).status).toBe(202);
  if (rules) {
    const url = await startProxy(bench.cloud.url, rules);
    writeFileSync(join(bench.folder, 'clouds.yaml'), bench.cloud.cloudsYaml().replaceAll(bench.cloud.url, url));
  }
  const begin = (args: readonly string[], out = 'out') =>
    start(['run', ...clouds, ...args, '--out', out], bench.folder, bench.env);
  return {
    ...bench,
    start: begin,
    run: async (args, out = 'out') => {
      const outcome = await begin(args, out).ended;
      const report = reportIn(join(bench.folder, out));
      expect(report.exitCode).toBe(outcome.code);
      expect(report.cases.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
      expect(existsSync(join(bench.folder, out, 'junit.xml'))).toBe(true);
      return { ...outcome, report };
    },
    cleanup: (out = 'out') => novaspec(['cleanup', out, ...clouds], bench.folder, bench.env),
    left: async () => (await bench.leftovers()).filter(name => !strangers.includes(name)),
    expectStrangers: async () => expect(await bench.leftovers()).toEqual(expect.arrayContaining(strangers)),
  };
}

/** A selection that takes a server into each of these situations, and not much more. */
export function attachIn(...situations: string[]): string[] {
  return ['--microversions', '2.79', ...situations.flatMap(each => ['--rule', `attach.state.${each}`])];
}

/** Situation -> verdict and message of its case. */
export function verdictsOf({ cases }: ReportFile): Record<string, string> {
  return Object.fromEntries(
    cases.map(({ rule, verdict, message }) => [
      rule.replace('attach.state.', ''),
      verdict === 'pass' ? verdict : `${verdict}: ${message}`,
    ]),
  );
}
