import type { CaseResult, HistoryFailure, HistoryResult, HistoryStep } from '../src/judge/verdict.ts';
import type { Case } from '../src/plan/case.ts';
import { repeatCommand } from '../src/report/failure-text.ts';
import { historySummary } from '../src/report/history-coverage.ts';
import { historyPath } from '../src/report/history-path.ts';
import type { ChoiceFacts, Report } from '../src/report/model.ts';
import { stateMatrixOf } from '../src/report/state-matrix.ts';
import type { StoredReport, StoredVerdict } from '../src/report/stored-report.ts';
import { summarise } from '../src/report/summary.ts';
import { timingsOf } from '../src/report/timings.ts';
import type { Exchange } from '../src/target/exchange.ts';

/** The run as plain data for `schemas/report.schema.json`; times of the clock in ISO 8601, durations in milliseconds. */
export function renderJson(report: Report) {
  const { counts, suites, skipReasons, findings, verdict } = summarise(report);
  const rulesInPlan = new Set(report.cases.map(c => c.rule));
  const rendered = {
    schema: 'urn:novaspec:report:1',
    tool: report.tool,
    runId: report.runId,
    startedAt: isoTime(report.startedAt),
    finishedAt: report.finishedAt === null ? null : isoTime(report.finishedAt),
    complete: report.complete,
    exitCode: report.exitCode,
    verdict,
    failure: report.failure,
    notes: report.notes,
    target: report.target,
    choices: report.choices && choicesEntry(report.choices),
    selection: report.selection,
    wait: report.wait,
    ended: report.ended,
    shard: report.shard,
    repeat: report.repeat,
    requests: report.requests,
    ...(report.baseline ? { baseline: { ...report.baseline, waived: counts.waived } } : {}),
    planDigest: report.planDigest,
    summary: {
      ...counts,
      bySuite: suites.map(({ suite, counts, classes }) => ({
        suite,
        ...counts,
        byClass: classes.map(({ class: start, counts }) => ({ class: start, ...counts })),
      })),
      skipReasons,
      findings: findings.map(({ rule, count }) => ({ rule, count })),
    },
    rules: Object.fromEntries(Object.entries(report.rules).filter(([id]) => rulesInPlan.has(id))),
    cases: report.cases.map(c => caseEntry(c, report)),
    leftovers: report.leftovers,
    lost: report.lost,
    ledger: report.ledger,
    stage: report.stage,
    states: statesEntry(report),
    timings: timingsOf(report),
    histories: historySummary(report),
  };
  // What other commands read of it.
  return rendered satisfies StoredReport;
}

function statesEntry(report: Report) {
  const { states, requests } = stateMatrixOf(report);
  return { states, requests: requests.map(each => ({ ...each, counts: each.counts.map(some => some ?? null) })) };
}

function choicesEntry({ image, flavor, resizeFlavor, network, ...rest }: ChoiceFacts) {
  return {
    image: named(image),
    flavor: named(flavor),
    resizeFlavor: named(resizeFlavor),
    network: network === 'none' ? 'none' : (network?.id ?? null),
    ...rest,
  };
}

// The stage knows more of an image or flavor than the report promises.
function named(choice: { id: string; name: string } | null) {
  return choice && { id: choice.id, name: choice.name };
}

function caseEntry(planned: Case, report: Report) {
  const { id, rule, level, suite, operation, microversion, persona } = planned;
  const result = report.results.get(id);
  const verdict: StoredVerdict = result?.verdict ?? 'unjudged';
  return {
    id,
    rule,
    level,
    suite,
    operation,
    microversion,
    persona,
    verdict,
    ...(result ? outcome(result) : {}),
    ...(result?.history ? { history: historyEntry(id, result.history, report) } : {}),
    repeat: repeatCommand(id, report),
  };
}

function outcome(result: CaseResult) {
  const {
    message,
    skip,
    waiver,
    deviations,
    findings,
    verdict,
    startedAt,
    durationMs,
    requests,
    timings,
    timelines,
    absentMs,
    verdicts,
  } = result;
  return {
    ...(message === undefined ? {} : { message }),
    ...(skip ? { skip } : {}),
    ...(waiver ? { waiver } : {}),
    ...(deviations.length > 0 ? { deviations } : {}),
    ...(findings.length > 0 ? { findings } : {}),
    ...(verdict === 'pass' || result.exchanges.length === 0
      ? {}
      : { exchanges: result.exchanges.map(withoutParsedBody) }),
    startedAt: isoTime(startedAt),
    durationMs,
    requests,
    ...(timings ? { timings } : {}),
    ...(absentMs === undefined ? {} : { absentMs }),
    ...(timelines ? { timelines } : {}),
    ...(verdicts ? { verdicts } : {}),
  };
}

function historyEntry(id: string, { coverage, ended, failure, ...numbers }: HistoryResult, report: Report) {
  return {
    ...numbers,
    // What was never visited stands in the sum of all histories.
    ...(coverage ? { coverage: { pairs: visited(coverage.pairs), steps: visited(coverage.steps) } } : {}),
    ...(ended && ended.length > 0 ? { ended } : {}),
    ...(failure ? { failure: historyFailure(id, failure, report) } : {}),
  };
}

function visited(counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

function historyFailure(id: string, { plan, steps, retold, ...facts }: HistoryFailure, { recipes }: Report) {
  const { what, expected, received, together } = retold;
  return {
    ...facts,
    what,
    expected,
    received,
    together,
    commands: plan,
    steps: steps.map(stepEntry),
    files: { json: historyPath(id, 'json'), script: recipes === null ? null : historyPath(id, 'sh') },
  };
}

function stepEntry({ exchange, reading, ...step }: HistoryStep) {
  return {
    ...step,
    ...(exchange ? { exchange: withoutParsedBody(exchange) } : {}),
    ...(reading ? { reading: withoutParsedBody(reading) } : {}),
  };
}

// The text of the body says the same, and only it says it byte for byte.
function withoutParsedBody({ request, response, startedAt, durationMs }: Exchange) {
  const { status, headers, body } = response;
  return {
    request,
    response: { status, headers, body },
    startedAt: isoTime(startedAt),
    durationMs: Math.round(durationMs),
  };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
