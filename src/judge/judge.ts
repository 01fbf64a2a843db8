import { type Contract, type Operation, resolvePointer } from '../contract/contract.ts';
import type { Schemas } from '../contract/schemas.ts';
import type { Case } from '../plan/case.ts';
import type { Exchange } from '../target/exchange.ts';
import { judgeHeaders } from './headers.ts';
import { judgeItems } from './items.ts';
import { judgeMatch } from './match.ts';
import { judgeMessage, refusalOf } from './refusal.ts';
import { judgeSample } from './sample.ts';
import type { Deviation } from './verdict.ts';

/** What a judgement may look at beside the exchange. */
export interface Evidence {
  contract: Contract;
  schemas: (microversion: string) => Schemas;
  /** The values that the request's placeholders had. */
  values: Record<string, string>;
  /** The whole list at the same microversion, for cases about pages. */
  wholeList?: unknown[];
}

/** Compares an exchange with its case: every deviation, the decisive one first. */
export function judge(one: Case, exchange: Exchange, evidence: Evidence): Deviation[] {
  const { expect, level } = one;
  const { response } = exchange;
  if (!expect.status.includes(response.status)) {
    return [{ what: 'status', expected: expectedAnswer(one), received: receivedAnswer(exchange), level }];
  }
  return [
    ...(expect.body === 'any' ? [] : judgeBody(one, exchange, evidence)),
    ...judgeHeaders(expect.headers ?? {}, response.headers, evidence.values, level),
    ...(expect.message === undefined ? [] : judgeMessage(expect.message, response.json, evidence.values)),
    ...(expect.match === undefined ? [] : judgeMatch(expect.match, response.json, evidence.values, level)),
    ...(expect.items === undefined ? [] : judgeItems(expect.items, response.json, evidence.wholeList ?? [], level)),
    ...(expect.sample === undefined ? [] : judgeSample(one, response.json, evidence.contract)),
  ];
}

/** `404 itemNotFound`, or `400 or 409`. */
function expectedAnswer({ expect }: Case): string {
  return [expect.status.join(' or '), expect.error ?? ''].join(' ').trim();
}

/** `400 badRequest "its message"`. */
export function receivedAnswer({ response }: Pick<Exchange, 'response'>): string {
  const refusal = refusalOf(response.json);
  return refusal === null ? String(response.status) : `${response.status} ${refusal.key} "${shorten(refusal.message)}"`;
}

/** Compares a body with the schema that its status has, if the status is declared at all. */
export function judgeBody(
  one: Pick<Case, 'operation' | 'microversion' | 'level'>,
  { response }: Pick<Exchange, 'response'>,
  { contract, schemas }: Pick<Evidence, 'contract' | 'schemas'>,
): Deviation[] {
  const declared = operationOf(contract, one).declared[response.status];
  if (!declared) return [];
  // What refusals look like inside is not published, so a required rule does not depend on it.
  const level = declared.fault && one.level === 'required' ? 'advisory' : one.level;
  if (declared.schema === null) {
    return response.body === '' ? [] : [{ what: 'body', expected: 'no body', received: shorten(response.body), level }];
  }
  if (response.json === undefined) {
    return [
      { what: 'body', expected: 'JSON', received: response.body === '' ? 'no body' : shorten(response.body), level },
    ];
  }
  return schemas(one.microversion)
    .errors(declared.schema, response.json)
    .map(error => ({
      what: `body ${error.pointer === '' ? '/' : error.pointer}`,
      expected: error.message,
      received: shorten(JSON.stringify(resolvePointer(response.json, error.pointer)) ?? 'absent'),
      level,
    }));
}

/** The operation that a case is about. */
export function operationOf(
  contract: Contract,
  { operation, microversion }: Pick<Case, 'operation' | 'microversion'>,
): Operation {
  const found = contract.operationsAt(microversion).find(({ name }) => name === operation);
  if (!found) throw new Error(`the contract has no operation ${operation} at ${microversion}`);
  return found;
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}
