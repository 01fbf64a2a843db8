import { loadContract } from '../../src/contract/load.ts';
import { Schemas } from '../../src/contract/schemas.ts';
import { type Evidence, judge } from '../../src/judge/judge.ts';
import { everything } from '../../src/plan/capabilities.ts';
import type { Case, Expectation } from '../../src/plan/case.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { Exchange } from '../../src/target/exchange.ts';

const contract = loadContract();
const compiled = new Map<string, Schemas>();

export const server = '11111111-53a6-4f7e-8d21-6c7e5a9b3f42';
export const volume = '22222222-53a6-4f7e-8d21-6c7e5a9b3f42';

const evidence: Evidence = {
  contract,
  schemas: microversion => {
    const from = contract.classOf(microversion);
    const known = compiled.get(from) ?? new Schemas(contract.documentAt(from));
    compiled.set(from, known);
    return known;
  },
  values: { server_id: server, volume_id: volume, tag: 'novaspec' },
};

const { cases } = makePlan(contract, everything(contract), {
  microversions: '2.1,2.70,2.79,2.104',
  rules: [],
  cases: [],
  suites: [],
  levels: [],
  seed: 1,
});

/** A case of the plan, with changes to what it expects. */
export function caseOf(id: string, changes: Partial<Expectation> = {}): Case {
  const one = cases.find(each => each.id === id);
  if (!one) throw new Error(`no case ${id}`);
  return { ...one, expect: { ...one.expect, ...changes } };
}

/** An exchange that never was; a body that is no text goes as JSON. */
export function answer(status: number, body: unknown = '', headers: Record<string, string> = {}): Exchange {
  const json = typeof body === 'string' ? undefined : body;
  return {
    request: { method: 'GET', url: 'http://127.0.0.1/servers', headers: {} },
    response: {
      status,
      headers,
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...(json === undefined ? {} : { json }),
    },
    startedAt: 0,
    durationMs: 1,
  };
}

/** The deviations as lines: `LEVEL WHAT: expected X, received Y`. */
export function verdict(one: Case, exchange: Exchange, wholeList?: unknown[]): string[] {
  const all = judge(one, exchange, wholeList ? { ...evidence, wholeList } : evidence);
  return all.map(
    ({ level, what, expected, received }) => `${level} ${what}: expected ${expected}, received ${received}`,
  );
}
