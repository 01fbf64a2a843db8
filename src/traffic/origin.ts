import { resolvePointer } from '../contract/contract.ts';
import { isMapping } from '../target/json.ts';
import type { Subject } from './subject.ts';

/**
 * Whether something in an answer says that the service itself gave it: gateways, and services that know no such path, answer
 * too. A refusal must name the microversion or have its key; one from before that is looked at, its key and the header it is known by.
 */
export function isNovas({ contract, book, exchange, accepted, microversion }: Subject): boolean {
  const { signs, early, negotiation } = contract.data.traffic;
  const { headers, status, json } = exchange.response;
  const has = (name: string) => name.toLowerCase() in headers;
  const declared = book.operation.declared[status];
  const keys = isMapping(json) ? Object.keys(json) : [];
  const fault = declared?.fault !== undefined && keys.includes(declared.fault);
  if (early.statuses.includes(status)) return fault && has(early.sign);
  const document = contract.documentAt(microversion);
  const named = has(document['x-novaspec'].negotiation.header) || has(negotiation.legacy);
  if (!accepted) return fault || named;
  const schema = declared?.schema ? resolvePointer(document, declared.schema) : undefined;
  const required = isMapping(schema) && Array.isArray(schema.required) ? schema.required : [];
  return signs.some(has) || (required.length > 0 && required.every(key => keys.includes(String(key))));
}
