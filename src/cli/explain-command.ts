import { Command } from 'commander';
import type { Course, Observer } from '../contract/async-data.ts';
import type { Contract } from '../contract/contract.ts';
import type { BurstCall } from '../contract/histories-data.ts';
import { loadContract } from '../contract/load.ts';
import { everything } from '../plan/capabilities.ts';
import type { Case, CaseHistory } from '../plan/case.ts';
import { makePlan } from '../plan/plan.ts';
import { unknownName } from '../plan/selection.ts';
import { assertionText } from '../report/assertion-text.ts';
import { curlLine } from '../report/curl.ts';
import { knownMicroversion } from './spec-command.ts';
import { UsageError } from './usage-error.ts';

/** `novaspec explain ID`: everything about a rule or a case. */
export function explainCommand(): Command {
  return new Command('explain')
    .description('explain a rule or a case: sentence, level, source, microversions, request, expectation, curl')
    .argument('<id>', 'a rule (attach.volume.unknown) or a case (attach.volume.unknown@2.79)')
    .option('--json', 'as JSON')
    .action((id: string, options: { json?: boolean }) => {
      const explanation = explain(loadContract(), id);
      process.stdout.write(options.json ? `${JSON.stringify(explanation, null, 2)}\n` : text(explanation));
    });
}

interface Explanation {
  id: string;
  rule: string;
  sentence: string;
  level: string;
  source: { id: string; text?: string }[];
  /** Microversions of the plan at which the rule has cases. */
  microversions: string[];
  cases: number;
  /** The case that was asked for, or the rule's first one. */
  example: Case;
  curl: string;
}

function explain(contract: Contract, id: string): Explanation {
  const at = /@(\d+\.\d+)$/.exec(id)?.[1];
  if (at !== undefined) knownMicroversion(contract, at, 'explain');
  const microversions = at === undefined ? 'boundaries' : `boundaries,${at}`;
  const [rule = ''] = id.split(/[[@]/);
  const cases = casesOf(contract, microversions, rule);
  const own = () =>
    cases.find(one => one.id === id) ?? casesOf(contract, at ?? 'latest', rule).find(one => one.id === id);
  const example = cases.length === 0 ? undefined : (own() ?? cases.find(one => one.rule === id));
  if (!example) throw new UsageError(unknown(contract, id, microversions));
  const ofRule = cases.filter(({ rule }) => rule === example.rule);
  const data = contract.rulesAt(example.microversion)[example.rule];
  return {
    id,
    rule: example.rule,
    sentence: id.includes('@') ? (data?.sentence ?? '') : contract.sentenceOf(example.rule),
    level: example.level,
    source: (data?.source ?? []).map(source => {
      const sentence = contract.data.sentences[source];
      return { id: source, ...(sentence ? { text: `${sentence.section}: ${sentence.text}` } : {}) };
    }),
    microversions: [...new Set(ofRule.map(({ microversion }) => microversion))],
    cases: ofRule.length,
    example,
    curl: curlFor(example),
  };
}

/** The cases of a rule, and of those below it; none where it has none. */
function casesOf(contract: Contract, microversions: string, rule: string): Case[] {
  try {
    return planOf(contract, microversions, [rule]);
  } catch {
    return [];
  }
}

/** Without names of rules all cases, which take a while to make. @throws Error where one names nothing */
function planOf(contract: Contract, microversions: string, rules: string[]): Case[] {
  const selection = { microversions, rules, cases: [], suites: [], levels: [], seed: 1 };
  return makePlan(contract, everything(contract), selection).cases;
}

function unknown(contract: Contract, id: string, microversions: string): string {
  const cases = planOf(contract, microversions, []);
  const known = id.includes('@') ? cases.map(one => one.id) : cases.map(({ rule }) => rule);
  return unknownName('explain', id, [...new Set(known)]);
}

/** The case's request as a curl line; placeholders and the endpoint stand as shell variables. */
function curlFor({ request }: Case): string {
  const query = request.query === undefined ? '' : `?${request.query}`;
  const body = request.raw ?? (request.body === undefined ? undefined : JSON.stringify(request.body));
  const headers = { ...request.headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) };
  return curlLine(
    {
      request: {
        method: request.method,
        url: `{{compute}}${request.path}${query}`,
        headers: { ...headers, ...request.headers, ...(request.token === 'none' ? {} : { 'X-Auth-Token': '***' }) },
        ...(body === undefined ? {} : { body }),
      },
      response: { status: 0, headers: {}, body: '' },
      startedAt: 0,
      durationMs: 0,
    },
    request.token,
  );
}

function text({ rule, sentence, level, source, microversions, cases, example, curl }: Explanation): string {
  const { id } = example;
  const rows: [string, string][] = [
    ['rule', rule],
    ['sentence', sentence],
    ['level', level],
    ...source.map((each, index): [string, string] => [
      index === 0 ? 'source' : '',
      [each.id, each.text].filter(Boolean).join(' — '),
    ]),
    ['microversions', `${microversions.join(', ')} (${cases} cases in the default plan)`],
    ['', ''],
    ['case', id],
    ...(example.history ? historyRows(example.history) : requestRows(example, curl)),
    ['judge it', `npx novaspec run --case '${id}'`],
  ];
  return rows
    .map(([name, value]) => `${name.padEnd(14)}${value}`.trimEnd())
    .join('\n')
    .concat('\n');
}

/** The request of a case, and what is expected of it. */
function requestRows(example: Case, curl: string): [string, string][] {
  const { operation, persona, given, request, expect } = example;
  const body = request.raw ?? (request.body === undefined ? '' : JSON.stringify(request.body));
  return [
    ['operation', `${operation}, as ${persona}`],
    [
      'given',
      Object.entries(given)
        .map(([name, situation]) => `${name}: ${situation}`)
        .join(', '),
    ],
    ['request', `${request.method} ${request.path}${request.query === undefined ? '' : `?${request.query}`}`],
    ...Object.entries(request.headers).map(([name, value]): [string, string] => ['', `${name}: ${value}`]),
    ...(body === '' ? [] : [['', body] satisfies [string, string]]),
    ...(example.watch ? watchRows(example.watch) : [['expect', expectText(expect)] satisfies [string, string]]),
    ['curl', curl],
  ];
}

/** What is played for a case about histories. */
function historyRows({ generated, burst, microversions }: CaseHistory): [string, string][] {
  const { bursts, times } = loadContract().data.histories;
  const { given = [], calls = [] } = bursts[burst ?? ''] ?? {};
  const plays = generated
    ? `history ${generated.number} of ${generated.runs} of a seed, ${generated.length} commands, ${generated.mode}`
    : `${times} times`;
  return [
    ['plays', plays],
    ['at', microversions.join(', ')],
    ...callRows('first', given),
    ...callRows('at once', calls),
  ];
}

function callRows(name: string, calls: readonly BurstCall[]): [string, string][] {
  return calls.map((call, index): [string, string] => [index === 0 ? name : '', callText(call)]);
}

function callText(call: BurstCall): string {
  if ('step' in call) return `${call.step} server ${call.server + 1}`;
  return `${call.ask} server ${call.server + 1} volume ${call.volume + 1}`;
}

/** The scenario, and the course with as much of it as the rule is about. */
function watchRows({ scenario: name, rule }: NonNullable<Case['watch']>): [string, string][] {
  const { scenarios, courses, observers } = loadContract().data.async;
  const scenario = scenarios[name];
  const course = courses[rule.course ?? ''];
  const asked = rule.legal ?? rule.ends ?? [];
  return [
    ['scenario', `${name}: ${scenario?.sentence}`],
    ...(course ? [['course', `${rule.course}: ${course.sentence}`] satisfies [string, string]] : []),
    ['asserts', assertionText(rule)],
    ...asked.map((observer): [string, string] => ['', `${observer}: ${observers[observer].reads}`]),
    ...(course && asked.length > 0 ? stageRows(course, asked) : []),
  ];
}

function stageRows({ stages }: Course, observers: readonly Observer[]): [string, string][] {
  return Object.entries(stages).map(([name, { shows, then }], index): [string, string] => {
    const shown = observers.map(each => `${each} ${[shows[each] ?? 'anything'].flat().join('|')}`);
    const next = then === undefined ? '' : then.length === 0 ? '; the end' : `; then ${then.join(' or ')}`;
    return [index === 0 ? 'stages' : '', `${name}: ${shown.join(', ')}${next}`];
  });
}

function expectText({ status, error, ...rest }: Case['expect']): string {
  const answer = [status.join(' or '), error ?? ''].join(' ').trim();
  const more = Object.entries(rest).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return [answer, ...more].join('; ');
}
