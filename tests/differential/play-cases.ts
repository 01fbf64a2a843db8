import { join } from 'node:path';
import type { OpenTarget } from '../../src/cli/open-target.ts';
import type { Contract } from '../../src/contract/contract.ts';
import type { Case } from '../../src/plan/case.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { shareOut } from '../../src/stage/budget.ts';
import { cleanUp } from '../../src/stage/cleanup.ts';
import { Ledger } from '../../src/stage/ledger.ts';
import { openContext } from '../../suites/context.ts';
import { perform } from '../../suites/perform.ts';
import { Signal } from '../../suites/signal.ts';
import { type Answer, answerOf } from './answer.ts';
import type { Wanted } from './play-scenes.ts';
import type { Scrubber } from './scrub.ts';

/** Cases at once, as in a run. */
const takers = 16;

/** Sends the request of each case that is one exchange, in the state that it asks for. `problems`: what could not be asked or put away. */
export async function playCases(
  contract: Contract,
  open: OpenTarget,
  scrub: Scrubber,
  folder: string,
  wanted: Wanted,
): Promise<{ answers: Map<string, Answer>; problems: string[] }> {
  const { capabilities, choices, quota, target, api } = open;
  const selection = { microversions: 'boundaries', rules: [], cases: [], suites: [], levels: [], seed: 1 };
  const { cases: planned } = makePlan(contract, capabilities, selection);
  const cases = planned.filter(one => !one.history && !one.watch && !one.skip && wanted(one.id, one.microversion));
  const ledgerFile = join(folder, 'ledger.jsonl');
  const budget = shareOut(contract.data.stage, quota, choices.flavor, { servers: undefined, concurrency: takers });
  const context = openContext({
    cases,
    contract: contract.data,
    target,
    judged: ['required', 'advisory'],
    runId: 'differential',
    ledgerFile,
    volumes: [],
    budget,
    choices,
    keepsExchanges: true,
    histories: { capabilities, lanes: 1, endless: false },
    signal: Signal.memory(),
  });
  const answers = new Map<string, Answer>();
  const problems: string[] = [];
  const play = async (one: Case) => {
    const { verdict, message, exchanges } = await perform(context, one);
    const [exchange] = exchanges;
    if (exchange && verdict !== 'skipped')
      answers.set(one.id, answerOf(exchange.response, scrub, one.microversion, false));
    else problems.push(`${one.id}: ${verdict} ${message ?? ''}`);
  };
  try {
    const suites = [...new Set(cases.map(({ suite }) => suite))];
    for (const group of suites.flatMap(suite => context.groupsOf(suite))) {
      const queue = group.values();
      const take = async () => {
        for (const one of queue) await play(one);
      };
      await Promise.all(Array.from({ length: takers }, take));
    }
  } finally {
    await context.close();
  }
  const leftovers = await cleanUp(api, new Ledger(ledgerFile));
  problems.push(...leftovers.map(({ kind, id, why }) => `left behind: ${kind} ${id}: ${why}`));
  return { answers, problems };
}
