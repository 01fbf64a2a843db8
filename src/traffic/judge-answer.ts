import { isDeepStrictEqual } from 'node:util';
import { judgeBody, receivedAnswer } from '../judge/judge.ts';
import { judgeMatch } from '../judge/match.ts';
import { judgeSample } from '../judge/sample.ts';
import type { Deviation } from '../judge/verdict.ts';
import { isMapping, type Mapping, parseJson } from '../target/json.ts';
import { firstRule, type Judgement, judgement, type Subject } from './subject.ts';

/** Judges status and body of an answer: declared at all, of the declared shape, and about what was asked for. */
export function judgeAnswer(subject: Subject): Judgement[] {
  const { exchange, book, contract, accepted } = subject;
  const { traffic } = contract.data;
  const { operation } = book;
  const success = firstRule(subject, traffic.accepted[operation.name]);
  const declared = operation.declared[exchange.response.status];
  if (!declared) return judgement(subject, success, undeclared(subject, success));
  if (!accepted) {
    const rule = firstRule(subject, traffic.refused[exchange.response.status]);
    return judgement(subject, rule, bodyDeviations(subject, rule));
  }
  return [
    ...judgement(subject, success, [...bodyDeviations(subject, success), ...matchDeviations(subject, success)]),
    ...judgeEchoes(subject, success),
    ...judgePage(subject),
    ...judgeLikeSample(subject),
  ];
}

function undeclared(subject: Subject, rule = ''): Deviation[] {
  const { book, exchange } = subject;
  const statuses = Object.entries(book.operation.declared);
  const named = (refusals: boolean) =>
    statuses.filter(([, { fault }]) => (fault !== undefined) === refusals).map(([status]) => status);
  const expected = subject.accepted
    ? named(false).join(' or ')
    : `${named(false).join(' or ')}, or a refusal: ${named(true).join(', ')}`;
  const level = book.rules[rule]?.level ?? 'required';
  return [{ what: 'status', expected, received: receivedAnswer(exchange), level }];
}

function bodyDeviations(subject: Subject, rule = ''): Deviation[] {
  const { book, exchange, microversion, known, contract } = subject;
  const level = book.rules[rule]?.level;
  if (!known.responseBody || level === undefined) return [];
  const { null_at_first, echoed_text } = contract.data.traffic;
  const deviations = judgeBody({ operation: book.operation.name, microversion, level }, exchange, subject);
  return deviations.flatMap(deviation => {
    const property = deviation.what.split('/').at(-1) ?? '';
    if (deviation.received === 'null' && null_at_first.includes(property)) return [];
    const echoed = echoed_text.includes(property) && typeof wishOf(subject)[property] === 'string';
    return [echoed ? { ...deviation, level: 'informative' } : deviation];
  });
}

/** What an answer says of the server and the volume that were asked for, in each attachment that it has. */
function matchDeviations(subject: Subject, rule = ''): Deviation[] {
  const { book, exchange, values } = subject;
  const data = book.rules[rule];
  if (!data || Array.isArray(data.expect) || data.expect.match === undefined) return [];
  return Object.entries(data.expect.match as Mapping).flatMap(([key, expected]) => {
    const found = isMapping(exchange.response.json) ? exchange.response.json[key] : undefined;
    const judge = (template: unknown, item: unknown, own: Readonly<Record<string, string>>, place: string) =>
      judgeMatch(told(template, own), item, own, data.level).map(deviation => ({
        ...deviation,
        what: deviation.what.replace(/^body /, `body /${key}${place}`),
      }));
    if (!Array.isArray(expected)) return isMapping(found) ? judge(expected, found, values, '') : [];
    const [template] = expected as unknown[];
    return (Array.isArray(found) ? found : []).flatMap((item, index) => {
      const volume = isMapping(item) && typeof item.volumeId === 'string' ? { volume_id: item.volumeId } : {};
      return isMapping(item) ? judge(template, item, { ...values, ...volume }, `/${index}`) : [];
    });
  });
}

/** The part of a template whose placeholders all have values; what it says of a request of its own is left out. */
function told(template: unknown, values: Readonly<Record<string, string>>): Mapping {
  if (!isMapping(template)) return {};
  const known = (value: unknown) => typeof value === 'string' && (/^\{\{(\w+)\}\}$/.exec(value)?.[1] ?? '') in values;
  return Object.fromEntries(Object.entries(template).filter(([, value]) => known(value)));
}

/** The attachment that a request asks for. */
function wishOf({ exchange, known }: Subject): Mapping {
  const body = known.requestBody ? parseJson(exchange.request.body ?? '') : undefined;
  const [wish] = isMapping(body) ? Object.values(body) : [];
  return isMapping(wish) ? wish : {};
}

/** Properties that come back as they were asked for. */
function judgeEchoes(subject: Subject, success: string | undefined): Judgement[] {
  const { contract, book, exchange, known } = subject;
  const { traffic, histories } = contract.data;
  const [[key, answer] = []] = isMapping(exchange.response.json) ? Object.entries(exchange.response.json) : [];
  if (book.operation.requestSchema === null || !known.requestBody || !isMapping(answer)) return [];
  const wish = wishOf(subject);
  return Object.entries(traffic.echoed).flatMap(([property, rule]) => {
    const asked = property in wish;
    if (
      !(property in answer) ||
      (asked && typeof wish[property] === 'string' && traffic.echoed_text.includes(property))
    )
      return [];
    const expected = asked ? wish[property] : histories.remembers[property];
    const name = asked ? rule : success;
    const level = book.rules[name ?? '']?.level ?? 'required';
    const received = answer[property];
    const what = `body /${key}/${property}`;
    const deviation: Deviation = {
      what,
      expected: JSON.stringify(expected),
      received: JSON.stringify(received),
      level,
    };
    return judgement(subject, name, isDeepStrictEqual(expected, received) ? [] : [deviation]);
  });
}

/** A page is never longer than its limit. */
function judgePage(subject: Subject): Judgement[] {
  const { contract, book, exchange, route } = subject;
  const { rule, limit } = contract.data.traffic.page;
  const asked = new URLSearchParams(route.query).getAll(limit).at(-1) ?? '';
  const items = isMapping(exchange.response.json) ? Object.values(exchange.response.json)[0] : undefined;
  const most = /^\d+$/.test(asked) ? Number(asked) : 0;
  if (most === 0 || !Array.isArray(items)) return [];
  const level = book.rules[rule]?.level ?? 'required';
  const expected = `at most ${most} items`;
  const deviation: Deviation = { what: 'items', expected, received: `${items.length} items`, level };
  return judgement(subject, rule, items.length > most ? [deviation] : []);
}

/** Whether an answer whose attachments are all like those of the sample has anything that the sample has not. */
function judgeLikeSample(subject: Subject): Judgement[] {
  const { contract, book, microversion, exchange } = subject;
  const rule = contract.data.traffic.samples[book.operation.name];
  const data = book.rules[rule ?? ''];
  if (!data?.sample || exchange.response.json === undefined) return [];
  const one = { microversion, level: data.level, expect: { sample: data.sample } };
  const deviations = judgeSample(one, exchange.response.json, contract);
  const less = deviations.some(({ received }) => received === 'absent' || received.includes('null'));
  return less ? [] : judgement(subject, rule, deviations);
}
