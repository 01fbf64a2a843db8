import { type Contract, directPointer, resolvePointer } from '../../src/contract/contract.ts';

/** JSON pointers of every request, response and query schema at a microversion, references followed. */
export function schemaPointers(contract: Contract, microversion: string): string[] {
  const document = contract.documentAt(microversion);
  const pointers = contract
    .operationsAt(microversion)
    .flatMap(({ pointer, requestSchema, responses, data }) => [
      ...(requestSchema === null ? [] : [requestSchema]),
      ...(data.query === undefined ? [] : [`${pointer}/x-novaspec/query`]),
      ...responses.map(status => `${pointer}/responses/${status}/content/application~1json/schema`),
    ]);
  const present = pointers.filter(pointer => resolvePointer(document, pointer) !== undefined);
  return [...new Set(present.map(pointer => directPointer(document, pointer)))];
}
