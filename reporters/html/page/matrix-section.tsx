import { useMemo, useState } from 'preact/hooks';
import { compareMicroversions } from '../../../src/contract/microversion.ts';
import { classOf } from '../../../src/report/class-of.ts';
import { casesWith } from '../../../src/report/failure-groups.ts';
import { groupBy } from '../../../src/report/group-by.ts';
import { plural } from '../../../src/report/plural.ts';
import { useRun } from './context.ts';
import { filterLink } from './filter.ts';
import { LazyDetails } from './lazy-details.tsx';
import { Matrix } from './matrix.tsx';
import { countsText, type Outcome, outcomeWords } from './outcome.ts';
import type { Judged } from './run.ts';
import { Section } from './section.tsx';
import { StateMatrix } from './state-matrix.tsx';
import { Tally } from './tally.ts';

const legend: readonly Outcome[] = ['pass', 'fail', 'error', 'skipped', 'waived', 'unjudged'];

/** Where things hold and where not: requests by situation of the server, and rules by microversion. */
export function MatrixSection() {
  const { report, judged, summary } = useRun();
  const [every, setEvery] = useState(false);
  const heads = useMemo(() => {
    const all = judged.map(({ case: { microversion } }) => microversion);
    const shown = every ? all : all.map(each => classOf(each, report.classes));
    return [...new Set(shown)].toSorted(compareMicroversions).map(each => (every ? each : `${each}+`));
  }, [every]);
  const bySuite = useMemo(() => groupBy(judged, ({ case: { suite } }) => suite), []);
  const wrong = useMemo(
    () => [...new Set([...casesWith(report, 'fail'), ...casesWith(report, 'error')].map(({ case: { rule } }) => rule))],
    [],
  );
  const headOf = ({ case: { microversion } }: Judged) =>
    every ? microversion : `${classOf(microversion, report.classes)}+`;
  const columns = heads.map(head => ({ key: head, head }));
  const ofSuites = tallied(judged, ({ case: { suite } }) => suite, headOf);
  return (
    <Section id="matrix" title="Matrix">
      <p class="legend">
        {legend.map(outcome => (
          <span key={outcome}>
            <span class={`cell ${outcome}`} aria-hidden="true">
              {outcomeWords[outcome].sign}
            </span>{' '}
            {outcomeWords[outcome].word}
          </span>
        ))}
        <span class="quiet">The worst case of a cell gives its colour; a cell opens its cases.</span>
      </p>
      <StateMatrix />
      <h3>Rules by microversion</h3>
      <label class="choice">
        <input type="checkbox" checked={every} onChange={event => setEvery(event.currentTarget.checked)} /> every
        microversion, not only the classes between two changes of the contract
      </label>
      <Matrix
        label="suites by microversion"
        corner="suite"
        rows={[...bySuite.keys()]}
        columns={columns}
        cellAt={(suite, microversion) => {
          const counts = ofSuites.at(suite, microversion);
          return counts && { counts, link: filterLink({ suite, microversion }) };
        }}
      />
      {wrong.length > 0 && (
        <LazyDetails
          class="suite"
          open
          summary={<strong>{plural(wrong.length, 'rule')} not kept or not judged</strong>}
        >
          {() => (
            <RuleMatrix
              judged={judged.filter(({ case: { rule } }) => wrong.includes(rule))}
              name="rules that are not kept or not judged"
              headOf={headOf}
              columns={columns}
            />
          )}
        </LazyDetails>
      )}
      {summary.suites.map(({ suite, counts }) => (
        <LazyDetails
          key={suite}
          class="suite"
          summary={
            <>
              <strong>{suite}</strong> <span class="quiet">{countsText(counts)}</span>
            </>
          }
        >
          {() => (
            <RuleMatrix
              judged={bySuite.get(suite) ?? []}
              name={`rules of ${suite}`}
              headOf={headOf}
              columns={columns}
            />
          )}
        </LazyDetails>
      ))}
    </Section>
  );
}

function RuleMatrix({
  judged,
  name,
  headOf,
  columns,
}: {
  judged: readonly Judged[];
  name: string;
  headOf: (judged: Judged) => string;
  columns: readonly { key: string; head: string }[];
}) {
  const ofRules = tallied(judged, ({ case: { rule } }) => rule, headOf);
  return (
    <Matrix
      label={`${name}, by microversion`}
      corner="rule"
      rows={[...new Set(judged.map(({ case: { rule } }) => rule))]}
      columns={columns}
      cellAt={(rule, microversion) => {
        const counts = ofRules.at(rule, microversion);
        return counts && { counts, link: filterLink({ rule, microversion }) };
      }}
    />
  );
}

function tallied(judged: readonly Judged[], rowOf: (one: Judged) => string, columnOf: (one: Judged) => string): Tally {
  const tally = new Tally();
  for (const one of judged) tally.add(rowOf(one), columnOf(one), one);
  return tally;
}
