import type { Deviation } from '../../../src/judge/verdict.ts';
import { printable } from '../../../src/report/printable.ts';
import { differenceOf, type Part } from './difference.ts';

/** Expected against received, side by side, with what differs marked. */
export function Deviations({ deviations }: { deviations: readonly Deviation[] }) {
  return (
    <>
      {deviations.map(({ what, expected, received, level }) => {
        const sides = differenceOf(printable(expected), printable(received));
        return (
          <div class="deviation" key={`${what} ${expected}`}>
            <p class="deviation-head">
              <strong>{printable(what)}</strong> <span class="quiet">{level}</span>
            </p>
            <div class="sides">
              <Side name="expected" parts={sides.expected} />
              <Side name="received" parts={sides.received} />
            </div>
          </div>
        );
      })}
    </>
  );
}

function Side({ name, parts }: { name: 'expected' | 'received'; parts: readonly Part[] }) {
  return (
    <div class={`side ${name}`}>
      <div class="side-name">{name}</div>
      <div class="side-text">{parts.map(({ text, own }, at) => (own ? <mark key={`${at}`}>{text}</mark> : text))}</div>
    </div>
  );
}
