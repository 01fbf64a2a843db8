import { useMemo } from 'preact/hooks';
import { type CoverageSummary, historySummary } from '../../../src/report/history-coverage.ts';
import { plural } from '../../../src/report/plural.ts';
import { printable } from '../../../src/report/printable.ts';
import { useRun } from './context.ts';
import { LazyDetails } from './lazy-details.tsx';
import { Scroll } from './scroll.tsx';
import { Section } from './section.tsx';
import { TransitionGraph } from './transition-graph.tsx';
import { transitionsOf } from './transitions.ts';

/** What generated histories went through, and where they never came. */
export function HistoriesSection() {
  const { report } = useRun();
  const summary = useMemo(() => historySummary(report), []);
  if (summary === null) {
    return (
      <Section id="histories" title="Histories">
        <p class="quiet">No history was played in this run.</p>
      </Section>
    );
  }
  const { played, commands, requests, seeds, pairs, steps, ended } = summary;
  return (
    <Section id="histories" title="Histories">
      <p>
        {played} {played === 1 ? 'history' : 'histories'} and bursts, {plural(commands, 'command')},{' '}
        {plural(requests, 'request')}
        {seeds.length > 0 && `, seed ${seeds.join(', ')}`}. Visited {pairs.visited} of {plural(pairs.total, 'pair')} of
        state and operation, {steps.visited} of {plural(steps.total, 'step')} of servers.
      </p>
      {ended.length > 0 && (
        <ul>
          {ended.map(({ reason, count }) => (
            <li key={reason}>
              {count} ended early: {printable(reason)}
            </li>
          ))}
        </ul>
      )}
      {steps.total > 0 && (
        <>
          <h3>Steps between the states of a server</h3>
          <TransitionGraph counts={steps.counts} />
          <LazyDetails summary="The steps as a table">{() => <StepTable counts={steps.counts} />}</LazyDetails>
        </>
      )}
      {pairs.total > 0 && (
        <>
          <h3>Operations in each state</h3>
          <PairTable pairs={pairs} />
        </>
      )}
    </Section>
  );
}

function StepTable({ counts }: { counts: Record<string, number> }) {
  return (
    <Scroll label="steps of servers">
      <table>
        <thead>
          <tr>
            <th scope="col">step</th>
            <th scope="col">from</th>
            <th scope="col">to</th>
            <th scope="col">how often</th>
          </tr>
        </thead>
        <tbody>
          {transitionsOf(counts).map(({ step, from, to, count }) => (
            <tr key={`${step} ${from}`}>
              <th scope="row">{step}</th>
              <td>{from}</td>
              <td>{to}</td>
              <td class={count === 0 ? 'never' : 'number'}>{count === 0 ? 'never' : count}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function PairTable({ pairs: { counts } }: { pairs: CoverageSummary }) {
  const names = Object.keys(counts).map(name => name.split(/ (?=\S+$)/) as [string, string]);
  const situations = [...new Set(names.map(([situation]) => situation))];
  const operations = [...new Set(names.map(([, operation]) => operation))];
  return (
    <Scroll label="operations in each state of the server">
      <table>
        <thead>
          <tr>
            <th scope="col">server</th>
            {operations.map(operation => (
              <th scope="col" key={operation}>
                {operation}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {situations.map(situation => (
            <tr key={situation}>
              <th scope="row">{situation}</th>
              {operations.map(operation => {
                const count = counts[`${situation} ${operation}`];
                return (
                  <td key={operation} class={count === 0 ? 'never' : 'number'}>
                    {count === undefined ? '' : count === 0 ? 'never' : count}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
