import { json } from '@sigstore/core';
import type { Contract } from '../contract/contract.ts';
import type { Case } from '../plan/case.ts';
import { exitCodes } from '../report/exit-code.ts';
import type { StoredCase, StoredReport } from '../report/stored-report.ts';
import { capabilitiesOf } from '../report/stored-report.ts';
import { bundleFiles } from './bundle-files.ts';
import type { Environment } from './environment.ts';
import { selectionOf } from './frozen.ts';
import { obstaclesOf } from './obstacles.ts';
import type { ProfileData } from './profile.ts';
import { type RecordedRun, runFolders, seedOf } from './recorded-run.ts';
import { planOf } from './run-plans.ts';

/** What in a bundle's runs is not as its profile wants it, one line each, and the plan of each run. */
export function checkRuns(
  contract: Contract,
  profile: ProfileData,
  environment: Environment,
  runs: readonly RecordedRun[],
): { problems: string[]; plans: Case[][] } {
  const problems: string[] = [];
  const plans: Case[][] = [];
  for (const { folder, report } of runs) {
    const plan = planOf(contract, profile, report);
    plans.push(plan?.cases ?? []);
    const found = [
      ...endProblems(report, environment),
      ...targetProblems(contract, profile, report),
      ...selectionProblems(profile, report),
      ...(plan === null || plan.digest === report.planDigest
        ? []
        : ['its plan is not that of the profile for this target and seed']),
      ...caseProblems(report.cases, plan?.cases ?? []),
    ];
    problems.push(...found.map(line => `${folder}: ${line}`));
  }
  return { problems: [...problems, ...togetherProblems(runs)], plans };
}

/** Files that belong to none of the runs that a profile has. */
export function strayFiles(profile: ProfileData, files: readonly string[]): string[] {
  const known: string[] = [...Object.values(bundleFiles), ...runFolders(profile.repetitions)];
  return files
    .filter(file => !known.includes(file.split('/')[0] ?? ''))
    .map(file => `${file} belongs to no run of the profile`);
}

function endProblems(report: StoredReport, { tool }: Environment): string[] {
  const exitCode = exitCodeFor(report);
  return [
    ...(report.complete && report.finishedAt !== null && report.failure === null ? [] : ['it is not complete']),
    ...(report.exitCode === exitCode ? [] : [`its verdicts end with exit code ${exitCode}, not ${report.exitCode}`]),
    ...(report.tool.name === tool.name && report.tool.version === tool.version
      ? []
      : [`it was made by ${report.tool.name} ${report.tool.version}, the bundle by ${tool.name} ${tool.version}`]),
  ];
}

/** The exit code that follows from the verdicts of a report. */
function exitCodeFor({ cases, leftovers }: StoredReport): number {
  const verdicts = new Set(cases.map(({ verdict }) => verdict));
  if (verdicts.has('fail')) return exitCodes.notConforming;
  if (verdicts.has('error') || verdicts.has('unjudged') || !verdicts.has('pass')) return exitCodes.incomplete;
  return leftovers.length > 0 ? exitCodes.leftovers : exitCodes.conforming;
}

function targetProblems(contract: Contract, profile: ProfileData, { target }: StoredReport): string[] {
  if (target === null) return ['it names no target'];
  const { notGiven, notOffered } = obstaclesOf(contract, profile, capabilitiesOf(target));
  return [...notGiven, ...notOffered];
}

function selectionProblems(profile: ProfileData, report: StoredReport): string[] {
  const seed = seedOf(report);
  if (seed === null) return ['it names no seed'];
  const wanted = json.canonicalize(selectionOf(profile, seed));
  return json.canonicalize(report.selection) === wanted ? [] : ['something else was selected than the profile covers'];
}

function caseProblems(cases: readonly StoredCase[], planned: readonly Case[]): string[] {
  if (cases.length !== planned.length) return [`it has ${cases.length} cases, the plan ${planned.length}`];
  return cases.flatMap((one, index) => {
    const plan = planned[index];
    const same =
      plan?.id === one.id &&
      plan.rule === one.rule &&
      plan.level === one.level &&
      plan.suite === one.suite &&
      plan.microversion === one.microversion &&
      plan.persona === one.persona;
    if (!same) return [`${one.id} is not the case ${plan?.id} of the plan`];
    const { skip, verdict } = one;
    if ((verdict === 'skipped') !== (skip !== undefined))
      return [`${one.id} is ${verdict}, and its reason says otherwise`];
    if (plan.skip) {
      const kept = skip?.reason === plan.skip.reason && skip.detail === plan.skip.detail;
      return kept ? [] : [`${one.id} is ${verdict}, but cannot be judged on this target: ${plan.skip.detail}`];
    }
    // All else is known when the plan is made.
    return skip && skip.reason !== 'state unreachable'
      ? [`${one.id} was skipped for what the plan knows nothing of`]
      : [];
  });
}

/** What the runs must be to each other: of one target, one after the other, each with a seed of its own. */
function togetherProblems(runs: readonly RecordedRun[]): string[] {
  const seeds = new Set(runs.map(({ report }) => seedOf(report)));
  const ids = new Set(runs.map(({ report }) => report.runId));
  const targets = new Set(runs.map(({ report }) => json.canonicalize(report.target)));
  const inOrder = runs.every(({ report }, index) => {
    const before = runs[index - 1]?.report.finishedAt;
    return (before ?? '') <= report.startedAt && report.startedAt <= (report.finishedAt ?? '');
  });
  return [
    ...(targets.size <= 1 ? [] : ['the runs are not all of the same target']),
    ...(seeds.size === runs.length ? [] : ['two runs have the same seed']),
    ...(ids.size === runs.length ? [] : ['two runs have the same id']),
    ...(inOrder ? [] : ['the runs are not one after the other']),
  ];
}
