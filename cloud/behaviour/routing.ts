import type { Route } from '../http/route.ts';
import type { Operation } from '../nova/api/call.ts';

/** A method and the operation that it means. */
export type MethodMeaning = [method: Route['method'], operation: Exclude<Operation, 'other'>];

/** Which requests reach the attachments at all. */
export interface Routing {
  readonly collection: MethodMeaning[];
  readonly item: MethodMeaning[];
  /** Whether a HEAD is answered like a GET. */
  head: boolean;
  /** What may follow a path: nothing, in Nova. */
  readonly suffixes: string[];
}

/** The routes of the real Nova. */
export function createRouting(): Routing {
  return {
    collection: [
      ['GET', 'list'],
      ['POST', 'create'],
    ],
    item: [
      ['GET', 'show'],
      ['PUT', 'update'],
      ['DELETE', 'delete'],
    ],
    head: false,
    suffixes: [''],
  };
}
