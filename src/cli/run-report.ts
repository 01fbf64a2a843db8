import { hostname } from 'node:os';
import type { Course } from '../contract/async-data.ts';
import type { Contract } from '../contract/contract.ts';
import type { CourseFacts, Report } from '../report/model.ts';
import { packageVersion } from '../root.ts';
import type { LedgerRun } from '../stage/ledger.ts';
import type { Redactor } from '../target/redact.ts';
import type { OpenTarget } from './open-target.ts';

/** A report of a run that has only begun. */
export function emptyReport(
  startedAt: number,
  { runId, folder }: { runId: string; folder: string },
  contract: Contract,
  { command, replay }: Pick<Report, 'command' | 'replay'>,
  selection: Record<string, unknown>,
  wait: number | null,
): Report {
  return {
    tool: { name: 'novaspec', version: packageVersion },
    runId,
    folder,
    startedAt,
    finishedAt: null,
    ended: null,
    shard: null,
    repeat: 1,
    requests: 0,
    complete: false,
    exitCode: null,
    target: null,
    choices: null,
    recipes: null,
    failure: null,
    notes: [],
    selection,
    wait,
    judged: [],
    planDigest: '',
    cases: [],
    rules: {},
    courses: coursesOf(contract),
    results: new Map(),
    classes: contract.classes,
    command,
    replay,
    cleanUp: null,
    leftovers: [],
    lost: [],
    ledger: { created: 0, removed: 0 },
    stage: { servers: 0, actions: 0, waitedMs: 0, readings: 0 },
  };
}

/** Writes into a report what was found out about the target. */
export function describeTarget(
  report: Report,
  open: OpenTarget,
  name: string,
  servers: number,
  blackout: Redactor,
): void {
  const { target, notes, capabilities } = open;
  const { image, flavor, resizeFlavor, network, availabilityZone, volumeType } = open.choices;
  report.target = {
    name: blackout.text(name),
    compute: blackout.text(target.compute.url),
    volume: target.volume && blackout.text(target.volume.url),
    microversions: { min: target.compute.min, max: target.compute.max },
    personas: Object.fromEntries(
      Object.entries(target.personas).map(([persona, { roles, projectId }]) => [
        persona,
        { roles, project: projectId },
      ]),
    ),
    features: capabilities.features,
  };
  report.choices = { image, flavor, resizeFlavor, network, availabilityZone, volumeType, servers };
  report.notes = notes.map(note => blackout.text(note));
}

function coursesOf({ data }: Contract): Report['courses'] {
  return Object.fromEntries(Object.entries(data.async.courses).map(([name, course]) => [name, courseFacts(course)]));
}

function courseFacts({ sentence, source, stages, success, failure }: Course): CourseFacts {
  const names = Object.keys(stages);
  return {
    sentence,
    source,
    stages: Object.entries(stages).map(([name, { shows, then }], at) => ({
      name,
      shows: Object.fromEntries(Object.entries(shows).map(([observer, values]) => [observer, [values].flat()])),
      next: then ?? names.slice(at + 1, at + 2),
    })),
    success,
    failure,
  };
}

/** What stands in the ledger about a run, for whoever has to finish its clean-up; what the report blacks out is so here too. */
export function ledgerRun(report: Report, embedded: boolean): LedgerRun {
  return {
    id: report.runId,
    startedAt: new Date(report.startedAt).toISOString(),
    process: { host: hostname(), pid: process.pid },
    compute: embedded ? null : (report.target?.compute ?? null),
    projects: Object.fromEntries(
      Object.entries(report.target?.personas ?? {}).map(([name, { project }]) => [name, project]),
    ),
    cleanUp: report.cleanUp,
  };
}

/** What readers of a report must know about each rule of the plan. */
export function rulesOf(contract: Contract, report: Report): Report['rules'] {
  const wanted = new Set(report.cases.map(({ rule }) => rule));
  return Object.fromEntries(Object.entries(rulesOfContract(contract)).filter(([id]) => wanted.has(id)));
}

/** Every rule that holds at some microversion. */
export function rulesOfContract(contract: Contract): Report['rules'] {
  const rules: Report['rules'] = {};
  for (const { from } of contract.data.fragments) {
    for (const [id, { level, source }] of Object.entries(contract.rulesAt(from))) {
      const sources = [...new Set([...(rules[id]?.source ?? []), ...source])];
      rules[id] = { sentence: rules[id]?.sentence ?? contract.sentenceOf(id), level, source: sources };
    }
  }
  return rules;
}
