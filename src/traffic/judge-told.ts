import type { StateTable } from '../contract/state-rules.ts';
import { receivedAnswer } from '../judge/judge.ts';
import { refusalOf } from '../judge/refusal.ts';
import type { Deviation } from '../judge/verdict.ts';
import { fillPattern } from '../plan/placeholders.ts';
import { statusesOf } from './rule-book.ts';
import { type Judgement, judgement, type Subject } from './subject.ts';

/**
 * Judges a refusal by what its own message says: the condition that it names has a status, and a situation of the server that
 * it names must be one in which the operation is refused. Wording is nobody's promise, so a message that says nothing known is
 * judged by nothing.
 */
export function judgeTold(subject: Subject): Judgement[] {
  const message = refusalOf(subject.exchange.response.json)?.message;
  if (message === undefined || subject.accepted) return [];
  return [...judgeCondition(subject, message), ...judgeSituation(subject, message)];
}

function judgeCondition(subject: Subject, message: string): Judgement[] {
  const { book, values, exchange } = subject;
  const meant = book.told.filter(({ pattern }) => {
    const filled = fillPattern(pattern, values);
    return !filled.includes('{{') && new RegExp(`^(?:${filled})`).test(message);
  });
  const right = meant.find(({ statuses }) => statuses.includes(exchange.response.status));
  const [first] = meant;
  if (right) return judgement(subject, right.rule, []);
  if (!first) return [];
  const deviation: Deviation = {
    what: 'status',
    expected: first.statuses.join(' or '),
    received: receivedAnswer(exchange),
    level: first.level,
  };
  return judgement(subject, first.rule, [deviation]);
}

/** A server in such a situation is refused nothing, or not for that. */
function judgeSituation(subject: Subject, message: string): Judgement[] {
  const { book, exchange, values } = subject;
  return Object.entries(book.operation.data.states ?? {}).flatMap(([name, table]) => {
    const situation = situationIn(message, table, values);
    if (situation === undefined || !(situation in table.table)) return [];
    const rule = `${name}.state.${situation}`;
    const data = book.rules[rule];
    if (!data) return [];
    const statuses = statusesOf(data);
    const accepts = statuses.every(status => book.operation.declared[status]?.fault === undefined);
    const deviation: Deviation = {
      what: 'status',
      expected: statuses.join(' or '),
      received: receivedAnswer(exchange),
      level: data.level,
    };
    return judgement(subject, rule, accepts ? [deviation] : []);
  });
}

function situationIn(message: string, { answers }: StateTable, values: Subject['values']): string | undefined {
  for (const { expect } of Object.values(answers)) {
    for (const { message: pattern } of [expect].flat()) {
      if (!pattern?.includes('{{situation}}')) continue;
      const filled = fillPattern(pattern, values).replace('{{situation}}', '(?<situation>[\\w-]+)');
      const found = new RegExp(`^(?:${filled})`).exec(message)?.groups?.situation;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
