import type { SchemaError } from '../contract/schemas.ts';
import type { InputRules } from '../contract/traffic-data.ts';
import { receivedAnswer } from '../judge/judge.ts';
import { refusalOf } from '../judge/refusal.ts';
import type { Deviation } from '../judge/verdict.ts';
import { parseJson } from '../target/json.ts';
import { statusesOf } from './rule-book.ts';
import { type Judgement, judgement, type Subject } from './subject.ts';

/** What is known of a request by itself: rules that must refuse it, those that do not, and those that let it through. */
interface Finding {
  wrong: string[];
  right: string[];
  /** Rules by which it passes validation. */
  valid: string[];
}

/**
 * Judges whether a request that is wrong by itself was refused, with the status of its mistake or of one that is looked for
 * earlier; and whether one that is right was refused for its form, which is a finding at most.
 */
export function judgeRequest(subject: Subject): Judgement[] {
  const { known, contract, exchange, accepted, book } = subject;
  if (!known.requestHeaders) return [];
  const { wrong, right, valid } = examine(subject);
  const refusedForForm =
    !accepted &&
    new RegExp(contract.data.traffic.refuses_schema).test(refusalOf(exchange.response.json)?.message ?? '');
  const validity = wrong.length > 0 ? [] : valid.flatMap(rule => judgeValid(subject, rule, refusedForForm));
  if (!(exchange.response.status in book.operation.declared)) return validity;
  return [...wrong.flatMap(rule => judgeWrong(subject, rule, right)), ...validity];
}

function judgeWrong(subject: Subject, rule: string, right: readonly string[]): Judgement[] {
  const { book, contract, exchange, accepted } = subject;
  const data = book.rules[rule];
  if (!data) return [];
  const { conditions, level } = book.operation.data.order;
  const place = conditions.indexOf(contract.data.traffic.placed[rule] ?? rule);
  const own = statusesOf(data);
  const earlier = conditions.slice(0, Math.max(place, 0)).filter(condition => !right.includes(condition));
  const allowed = [...own, ...earlier.flatMap(condition => statusesOf(book.rules[condition] ?? data))];
  const deviation: Deviation = {
    what: 'status',
    expected: own.join(' or '),
    received: receivedAnswer(exchange),
    // Which of two mistakes is answered is published nowhere.
    level: accepted ? data.level : level,
  };
  return judgement(subject, rule, allowed.includes(exchange.response.status) ? [] : [deviation]);
}

function judgeValid(subject: Subject, rule: string, refusedForForm: boolean): Judgement[] {
  const received = receivedAnswer(subject.exchange);
  const deviation: Deviation = {
    what: 'status',
    expected: 'a request that passes validation',
    received,
    level: 'informative',
  };
  return judgement(subject, rule, refusedForForm ? [deviation] : []);
}

function examine(subject: Subject): Finding {
  const { asked, contract, route, exchange } = subject;
  const { microversions, requests, content_types } = contract.data.traffic;
  const found: Finding = { wrong: [], right: [], valid: [] };
  const note = (rule: string, isWrong: boolean) => (isWrong ? found.wrong : found.right).push(rule);
  if (asked) {
    note(microversions.malformed, asked.by === 'malformed');
    if (asked.by === 'unsupported') found.wrong.push(microversions.unsupported);
  }
  // Without a microversion there is no schema.
  if (asked === null || asked.by === 'malformed' || asked.by === 'unsupported') return found;
  const type = exchange.request.headers['content-type'] ?? '';
  note(requests.type, !content_types.includes(type.split(';')[0]?.trim().toLowerCase() ?? ''));
  note(requests.server, !/^[0-9a-f]{32}$/i.test(route.serverId.replaceAll(/[-{}]|urn:|uuid:/g, '')));
  examineBody(subject, found);
  examineQuery(subject, found);
  return found;
}

function examineBody(subject: Subject, found: Finding): void {
  const { contract, book, exchange, known } = subject;
  const rules = contract.data.traffic.requests.body[book.operation.name];
  const { requestSchema } = book.operation;
  if (!rules || requestSchema === null || !known.requestBody) return;
  const text = exchange.request.body ?? '';
  if (text === '') {
    found.wrong.push(rules.empty ?? rules.invalid);
    return;
  }
  const body = parseJson(text);
  if (body === undefined) {
    found.wrong.push(rules.malformed ?? rules.invalid);
    return;
  }
  if (rules.malformed) found.right.push(rules.malformed);
  examineValue(subject, rules, requestSchema, body, text, found);
}

function examineQuery(subject: Subject, found: Finding): void {
  const { contract, book, route } = subject;
  const rules = contract.data.traffic.requests.query[book.operation.name];
  if (!rules || !isUtf8(route.query)) return;
  const pointer = `${book.operation.pointer}/x-novaspec/query`;
  const pairs = [...new URLSearchParams(route.query)];
  // Repeated parameters are judged value by value.
  const values = pairs.length === 0 ? [{}] : pairs.map(([name, value]) => ({ [name]: value }));
  for (const value of values) examineValue(subject, rules, pointer, value, route.query, found);
}

function examineValue(
  { schemas, requested }: Subject,
  rules: InputRules,
  pointer: string,
  value: unknown,
  text: string,
  found: Finding,
): void {
  const errors = schemas(requested).errors(pointer, value);
  if (errors.length === 0) found.valid.push(rules.valid);
  // Python's `$` lets a last line end through, which JavaScript's does not.
  else if (!/\\n|\n|%0a/i.test(text)) found.wrong.push(ruleOf(errors, rules));
}

function ruleOf(errors: readonly SchemaError[], { invalid, unknown }: InputRules): string {
  return unknown !== undefined && errors.every(({ keyword }) => keyword === 'additionalProperties') ? unknown : invalid;
}

function isUtf8(query: string): boolean {
  try {
    decodeURIComponent(query);
    return true;
  } catch {
    return false;
  }
}
