import type { Counts } from '../../../src/report/counts.ts';
import { filterLink } from './filter.ts';
import { type Outcome, outcomes, outcomeWords } from './outcome.ts';

const shownOrder: readonly Outcome[] = ['fail', 'error', 'unjudged', 'waived', 'skipped', 'pass'];

/** How many cases came out how: a bar, and below it each number, which leads to its cases. */
export function CountsBar({ counts }: { counts: Counts }) {
  const some = shownOrder.filter(outcome => counts[outcome] > 0);
  return (
    <>
      <div class="bar" aria-hidden="true">
        {some.map(outcome => (
          <span key={outcome} class={`bar-part ${outcome}`} style={{ flexGrow: counts[outcome] }} />
        ))}
      </div>
      <ul class="counts">
        {outcomes
          .filter(outcome => counts[outcome] > 0)
          .map(outcome => (
            <li key={outcome}>
              <a href={filterLink({ verdict: outcome })} class={`count ${outcome}`}>
                <span aria-hidden="true">{outcomeWords[outcome].sign}</span> <strong>{counts[outcome]}</strong>{' '}
                {outcomeWords[outcome].word}
              </a>
            </li>
          ))}
      </ul>
    </>
  );
}
