import type { GivenPatch, RuleData, RuleExpectation } from './rule.ts';

/** What a request meets in some of the situations, e.g. `refused`. */
interface StateAnswer extends Partial<Pick<RuleData, 'level' | 'source' | 'effect' | 'at' | 'given'>> {
  /** The end of the rule's sentence: `is refused with 409`. */
  is: string;
  expect: RuleExpectation | RuleExpectation[];
}

/** One request in every situation that a server can be in, as it stands beside an operation. */
export interface StateTable extends Pick<RuleData, 'level' | 'suite' | 'source' | 'persona'> {
  /** The beginning of each rule's sentence: `An attach`. */
  request: string;
  /** Beside the situation; what the operation's baseline lacks. */
  given?: GivenPatch;
  /** Laid over the operation's JSON body. */
  body?: unknown;
  answers: Record<string, StateAnswer>;
  /** Situation -> name of its answer. */
  table: Record<string, string>;
  /** Situation -> further sources of its rule. */
  sources?: Record<string, string[]>;
}

/** The rules that tables of situations stand for: `attach.state.suspended` and so on. */
export function stateRules(
  tables: Record<string, StateTable>,
  situations: Record<string, string>,
): Record<string, RuleData> {
  const rules = Object.entries(tables).flatMap(([name, table]) =>
    Object.keys(table.table).map(situation => [
      `${name}.state.${situation}`,
      stateRule(table, situation, situations[situation] ?? situation),
    ]),
  );
  return Object.fromEntries(rules) as Record<string, RuleData>;
}

function stateRule(table: StateTable, situation: string, words: string): RuleData {
  const { request, given, body, answers, sources, level, suite, source, persona } = table;
  const answer = answers[table.table[situation] ?? ''];
  if (!answer) throw new Error(`${request}: the table has no answer for a server ${words}`);
  const { is, given: also, expect, ...rest } = answer;
  return {
    sentence: `${request} while the server is ${words} ${is}.`,
    level,
    suite,
    ...(persona === undefined ? {} : { persona }),
    given: { ...given, ...also, state: situation },
    ...(body === undefined ? {} : { request: { body } }),
    ...rest,
    expect: Array.isArray(expect) ? expect.map(each => naming(each, situation)) : naming(expect, situation),
    source: [...(rest.source ?? source), ...(sources?.[situation] ?? [])],
  };
}

/** What is expected, with the name of the situation in the message. */
function naming({ message, ...rest }: RuleExpectation, situation: string): RuleExpectation {
  return message === undefined ? rest : { ...rest, message: message.replaceAll('{{situation}}', situation) };
}
