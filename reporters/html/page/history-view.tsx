import type { HistoryFailure } from '../../../src/judge/verdict.ts';
import { foundText } from '../../../src/report/history-text.ts';
import { printable } from '../../../src/report/printable.ts';
import { ExchangeView } from './exchange-view.tsx';

/** The steps of a history that failed, the shortest that still fails, with what was sent in each. */
export function HistoryView({ failure }: { failure: HistoryFailure }) {
  const { steps, at, retold, rule, sentence, source } = failure;
  return (
    <div class="history">
      <h4>Steps</h4>
      <ol class="steps">
        {steps.map(({ text, expected, received, exchange, reading }, index) => {
          const together = index >= steps.length - retold.together;
          const here = index === at && !together;
          return (
            <li key={`${index}`} class={here ? 'here' : together ? 'together' : ''}>
              <p>
                <code>{printable(text)}</code> {here && <span class="badge fail">✗ it shows here</span>}
                {together && <span class="badge skipped">at the same moment</span>}
              </p>
              <p class={here ? '' : 'quiet'}>
                {exchange === undefined ? printable(received) : printable(`expected ${expected}, received ${received}`)}
              </p>
              {exchange && <ExchangeView exchange={exchange} />}
              {reading && <ExchangeView exchange={reading} />}
            </li>
          );
        })}
      </ol>
      <dl class="facts">
        <div>
          <dt>found</dt>
          <dd>{foundText(failure)}</dd>
        </div>
        <div>
          <dt>breaks</dt>
          <dd>
            <code>{rule}</code>: {sentence} <span class="quiet">{source.join('; ')}</span>
          </dd>
        </div>
      </dl>
    </div>
  );
}
