import type { Timeline } from '../../src/judge/timeline.ts';
import type { CaseResult } from '../../src/judge/verdict.ts';
import type { Case } from '../../src/plan/case.ts';
import type { Report } from '../../src/report/model.ts';
import type { Exchange } from '../../src/target/exchange.ts';
import { Dictionary } from './dictionary.ts';
import { type Dictionaries, type Evidence, type Row, verdicts } from './page-data.ts';

/**
 * A report as the JSON of `PageData`, in pieces: what cases have in common comes first, and the evidence of each case is made
 * when its piece is asked for, so that there is never a second copy of all evidence.
 */
export function* encodeReport(report: Report): Generator<string> {
  const { cases, results, ...facts } = report;
  const { rows, dictionaries } = encodeCases(report);
  yield `{"facts":${JSON.stringify(facts)},"dictionaries":${JSON.stringify(dictionaries)},"rows":${JSON.stringify(rows)},"evidence":{`;
  let comma = '';
  for (const [at, { id }] of cases.entries()) {
    const evidence = evidenceOf(results.get(id));
    if (evidence === null) continue;
    yield `${comma}"${at}":${JSON.stringify(evidence)}`;
    comma = ',';
  }
  yield '}}';
}

function encodeCases({ cases, results, startedAt }: Report): { rows: Row[]; dictionaries: Dictionaries } {
  const rules = new Dictionary<Dictionaries['rules'][number]>();
  const kinds = new Dictionary<Dictionaries['kinds'][number]>();
  const microversions = new Dictionary<Dictionaries['microversions'][number]>();
  const givens = new Dictionary<Dictionaries['givens'][number]>();
  const headers = new Dictionary<Dictionaries['headers'][number]>();
  const requests = new Dictionary<Dictionaries['requests'][number]>();
  const expectations = new Dictionary<Dictionaries['expectations'][number]>();
  const watches = new Dictionary<Dictionaries['watches'][number]>();
  const histories = new Dictionary<Dictionaries['histories'][number]>();
  const skips = new Dictionary<Dictionaries['skips'][number]>();
  const rows = cases.map((one): Row => {
    const { headers: own, ...request } = one.request;
    const result = results.get(one.id);
    return [
      rules.numberOf(one.rule),
      variantOf(one),
      kinds.numberOf([one.suite, one.operation, one.level, one.persona]),
      microversions.numberOf(one.microversion),
      givens.numberOf(one.given),
      requests.numberOf(request),
      headers.numberOf(own),
      expectations.numberOf(one.expect),
      watches.numberOf(one.watch),
      histories.numberOf(one.history),
      skips.numberOf(one.skip),
      result === undefined ? -1 : verdicts.indexOf(result.verdict),
      result === undefined ? 0 : Math.round(result.startedAt - startedAt),
      Math.round(result?.durationMs ?? 0),
      result?.requests ?? 0,
      skips.numberOf(result?.skip),
    ];
  });
  return {
    rows,
    dictionaries: {
      rules: rules.values,
      kinds: kinds.values,
      microversions: microversions.values,
      givens: givens.values,
      headers: headers.values,
      requests: requests.values,
      expectations: expectations.values,
      watches: watches.values,
      histories: histories.values,
      skips: skips.values,
    },
  };
}

function variantOf({ id, rule, microversion }: Case): Row[1] {
  if (id === `${rule}@${microversion}`) return null;
  const [before, after] = [`${rule}[`, `]@${microversion}`];
  return id.startsWith(before) && id.endsWith(after) ? id.slice(before.length, -after.length) : [id];
}

function evidenceOf(result: CaseResult | undefined): Evidence | null {
  if (result === undefined) return null;
  const { verdict, message, waiver, deviations, findings, exchanges, timings, timelines, absentMs, history } = result;
  const evidence: Evidence = {
    // The reason of a skip says the same.
    ...(message === undefined || result.skip ? {} : { message }),
    ...(waiver ? { waiver } : {}),
    ...(deviations.length > 0 ? { deviations } : {}),
    ...(findings.length > 0 ? { findings } : {}),
    ...(exchanges.length > 0 && verdict !== 'pass' ? { exchanges: exchanges.map(withoutParsedBody) } : {}),
    ...(timings ? { timings } : {}),
    ...(timelines ? { timelines: verdict === 'pass' ? timelines.map(shortened) : timelines } : {}),
    ...(absentMs === undefined ? {} : { absentMs }),
    ...(history ? { history } : {}),
  };
  return Object.keys(evidence).length === 0 ? null : evidence;
}

// The text of the body says the same.
function withoutParsedBody({ response: { status, headers, body }, ...exchange }: Exchange): Exchange {
  return { ...exchange, response: { status, headers, body } };
}

/** Of what was as it should be, tenths of a millisecond are exact enough for a drawing, and what else was read is not looked at. */
function shortened(timeline: Timeline): Timeline {
  return {
    ...timeline,
    samples: timeline.samples.map(({ observer, shown, from, to }) => ({
      observer,
      shown,
      from: tenths(from),
      to: tenths(to),
    })),
  };
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
