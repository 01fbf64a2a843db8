import { printable } from '../../../src/report/printable.ts';
import type { Exchange } from '../../../src/target/exchange.ts';
import { pretty } from './difference.ts';
import { ScrollText } from './scroll.tsx';

/** One request and its answer; the headers are folded. */
export function ExchangeView({ exchange, open = false }: { exchange: Exchange; open?: boolean }) {
  const { request, response, durationMs } = exchange;
  return (
    <details class="exchange" open={open}>
      <summary>
        <span class="status">{response.status}</span> <code>{request.method}</code>{' '}
        <code class="url">{printable(request.url)}</code> <span class="quiet">{Math.round(durationMs)} ms</span>
      </summary>
      <div class="sides">
        <div class="side">
          <div class="side-name">request</div>
          <Headers headers={request.headers} of="request" />
          <Body text={request.body ?? ''} of="request" />
        </div>
        <div class="side">
          <div class="side-name">answer: {response.status}</div>
          <Headers headers={response.headers} of="answer" />
          <Body text={response.body} of="answer" />
        </div>
      </div>
    </details>
  );
}

function Headers({ headers, of }: { headers: Record<string, string>; of: string }) {
  const lines = Object.entries(headers);
  return (
    <details class="headers">
      <summary>
        {lines.length} headers<span class="unseen"> of the {of}</span>
      </summary>
      <dl>
        {lines.map(([name, value]) => (
          <div key={name}>
            <dt>{printable(name)}</dt>
            <dd>{printable(value)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Body({ text, of }: { text: string; of: string }) {
  if (text === '') return <p class="quiet">no body</p>;
  return (
    <ScrollText class="body" label={`body of the ${of}`}>
      {printable(pretty(text))}
    </ScrollText>
  );
}
