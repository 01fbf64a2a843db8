import { unexplained } from './causes.ts';
import type { Alarm } from './outcome.ts';
import type { ProvenMutant } from './proof.ts';

/** What is known of a mutant before it is judged. */
export type Mutant = Pick<ProvenMutant, 'id' | 'sentence' | 'kind' | 'breaks'>;

/** What came of its judgements. */
export interface Judgements
  extends Pick<ProvenMutant, 'release' | 'first' | 'durationMs' | 'judged' | 'errors' | 'trouble'> {
  /** In the order of time; a rule may be among them several times. */
  alarms: Alarm[];
  /** Whether every rule was asked. */
  whole: boolean;
  /** Rules that failed in the same way, where every rule was asked. */
  causes: string[][];
}

/** What is said of a target that could not be judged, but for the reason. */
export const noJudgement: Omit<Judgements, 'trouble'> = {
  alarms: [],
  whole: false,
  causes: [],
  release: null,
  first: null,
  durationMs: 0,
  judged: 0,
  errors: { count: 0, first: null },
};

/** The row of a mutant in the matrix. */
export function mutantRow(mutant: Mutant, { alarms: all, whole, causes, ...rest }: Judgements): ProvenMutant {
  const { breaks } = mutant;
  const alarms = all
    .filter(({ rule }, index) => all.findIndex(other => other.rule === rule) === index)
    .map(alarm => (breaks.includes(alarm.rule) ? alarm : { ...alarm, text: [] }));
  const others = alarms.filter(({ rule }) => !breaks.includes(rule)).map(({ rule }) => rule);
  const isAsked = whole && breaks.length > 0;
  const wanted = breaks.length > 0 ? alarms.filter(({ rule }) => breaks.includes(rule)) : alarms;
  return {
    ...mutant,
    ...rest,
    alarms,
    silent: breaks.filter(rule => !alarms.some(alarm => alarm.rule === rule)),
    others: isAsked ? others : null,
    unexplained: isAsked ? unexplained(causes, breaks) : null,
    detectedMs: wanted.length === 0 ? null : Math.min(...wanted.map(({ afterMs }) => afterMs)),
  };
}
