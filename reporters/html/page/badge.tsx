import { type Outcome, outcomeWords } from './outcome.ts';

/** A verdict as a coloured word with its sign. */
export function Badge({ outcome }: { outcome: Outcome }) {
  const { sign } = outcomeWords[outcome];
  return (
    <span class={`badge ${outcome}`}>
      <span aria-hidden="true">{sign} </span>
      {outcome}
    </span>
  );
}
