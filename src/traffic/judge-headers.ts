import type { HeaderScope } from '../contract/traffic-data.ts';
import { judgeHeaders } from '../judge/headers.ts';
import { answeredWith } from './asked.ts';
import { type Judgement, judgement, type Subject } from './subject.ts';

/** Judges the headers of an answer: which microversion they name, and what each answer says. */
export function judgeAnswerHeaders(subject: Subject): Judgement[] {
  const { known, contract, exchange, asked } = subject;
  if (!known.responseHeaders) return [];
  const { early } = contract.data.traffic;
  // Whoever answers before the microversion is looked at names none.
  if (early.statuses.includes(exchange.response.status)) return byRule(subject, early.rule, {});
  if (asked?.by === 'malformed') return [];
  return [...judgeMicroversion(subject), ...judgeOthers(subject)];
}

function judgeMicroversion(subject: Subject): Judgement[] {
  const { contract, exchange, asked } = subject;
  if (asked === null) return [];
  const { microversions } = contract.data.traffic;
  const values = {
    microversion: asked.version ?? '',
    min_microversion: contract.oldest,
    // Whatever it is, both headers say the same.
    max_microversion: answeredWith(exchange.response.headers, contract) ?? 'X.Y',
  };
  // An answer to a number that no target offers names it as any other.
  const by = asked.by === 'unsupported' ? 'number' : asked.by;
  const own = byRule(subject, microversions[by], values);
  return own.length > 0 || asked.version === undefined ? own : byRule(subject, microversions.number, values);
}

function judgeOthers(subject: Subject): Judgement[] {
  const seen = new Set<string>();
  return subject.contract.data.traffic.headers.flatMap(scope => {
    if (!holds(scope, subject)) return [];
    const judged = byRule(subject, scope.rule, {}).filter(() => !seen.has(headersOf(scope, subject)));
    seen.add(headersOf(scope, subject));
    return judged;
  });
}

function byRule(subject: Subject, rule: string, values: Record<string, string>): Judgement[] {
  const data = subject.book.rules[rule];
  if (!data || Array.isArray(data.expect)) return [];
  const deviations = judgeHeaders(
    data.expect.headers ?? {},
    subject.exchange.response.headers,
    { ...subject.values, ...values },
    data.level,
  );
  return judgement(subject, rule, deviations);
}

/** Which headers a rule is about; nothing where the operation has no such rule. */
function headersOf({ rule }: HeaderScope, { book }: Subject): string {
  const data = book.rules[rule];
  if (!data || Array.isArray(data.expect)) return rule;
  return Object.keys(data.expect.headers ?? {}).join(' ');
}

function holds({ accepted, body, accept, sized }: HeaderScope, subject: Subject): boolean {
  const { known, book, exchange, contract } = subject;
  const declared = book.operation.declared[exchange.response.status];
  if (accepted !== undefined && accepted !== subject.accepted) return false;
  if (body !== undefined && (declared === undefined || (declared.schema !== null) !== body)) return false;
  if (sized && !known.sized) return false;
  if (accept === undefined) return true;
  const asked = exchange.request.headers.accept?.trim() ?? '';
  if (accept !== null) return known.requestHeaders && asked === accept;
  const others = contract.data.traffic.headers.flatMap(scope => scope.accept ?? []);
  return known.requestHeaders && !others.some(type => asked.includes(type));
}
