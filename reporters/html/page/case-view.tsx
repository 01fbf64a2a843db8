import './case.css';
import { curlLine } from '../../../src/report/curl.ts';
import { exchangeToShow, repeatCommand } from '../../../src/report/failure-text.ts';
import { historyCommands } from '../../../src/report/history-text.ts';
import { plural } from '../../../src/report/plural.ts';
import { printable } from '../../../src/report/printable.ts';
import { CommandLine } from './command.tsx';
import { useRun } from './context.ts';
import { Deviations } from './deviations.tsx';
import { ExchangeView } from './exchange-view.tsx';
import { filterLink } from './filter.ts';
import { HistoryView } from './history-view.tsx';
import { PlannedView } from './planned-view.tsx';
import type { Judged } from './run.ts';
import { timeText } from './time-text.ts';
import { TimelineView } from './timeline-view.tsx';

/** Everything that is known of a case and how it came out; `brief`: without what its group says already. */
export function CaseView({ judged, brief = false }: { judged: Judged; brief?: boolean }) {
  const { report } = useRun();
  const { case: one, result } = judged;
  const shown = result && exchangeToShow(one, result);
  const broken = result?.history?.failure;
  return (
    <div class="case">
      {!brief && <CaseFacts judged={judged} />}
      {result?.verdict === 'error' && (
        <p class="message">
          <strong>Could not be judged:</strong> {printable(result.message ?? 'no cause was given')}. That is no
          judgement of the API: remove the cause, in the cloud or in novaspec's settings, and repeat the case.
        </p>
      )}
      {result?.skip && (
        <p class="message">
          <strong>{result.skip.reason}:</strong> {printable(result.skip.detail)}
        </p>
      )}
      {result?.verdict === 'waived' && <p class="message">{printable(result.message ?? 'waived')}</p>}
      {!result && <p class="message">The run ended before this case.</p>}
      {result && <Deviations deviations={result.deviations} />}
      {result && result.findings.length > 0 && (
        <>
          <h4>Findings, which fail nobody</h4>
          <Deviations deviations={result.findings} />
        </>
      )}
      {result?.timelines?.map((timeline, at) => (
        <TimelineView key={`${at}`} timeline={timeline} deviations={result.deviations} />
      ))}
      {broken && <HistoryView failure={broken} />}
      {result && !broken && result.exchanges.length > 0 && (
        <>
          <h4>What was sent and answered</h4>
          {result.exchanges.map((exchange, at) => (
            <ExchangeView key={`${at}`} exchange={exchange} open={exchange === shown} />
          ))}
        </>
      )}
      {!shown && !one.history && <PlannedView planned={one} />}
      <h4>Do it again</h4>
      {shown && <CommandLine label="curl" text={curlLine(shown, one.request.token)} />}
      {broken &&
        historyCommands(one.id, report).map(({ label, text }) => <CommandLine key={label} label={label} text={text} />)}
      <CommandLine label="repeat" text={repeatCommand(one.id, report)} />
    </div>
  );
}

function CaseFacts({ judged: { case: one, result } }: { judged: Judged }) {
  const { report } = useRun();
  const rule = report.rules[one.rule];
  return (
    <>
      <p class="sentence">{rule?.sentence}</p>
      <dl class="facts">
        <div>
          <dt>rule</dt>
          <dd>
            <a href={filterLink({ rule: one.rule })}>{one.rule}</a> ({one.level})
          </dd>
        </div>
        <div>
          <dt>source</dt>
          <dd>{rule?.source.join('; ')}</dd>
        </div>
        <div>
          <dt>asked</dt>
          <dd>
            {one.operation} at {one.microversion} as {one.persona}, suite {one.suite}
          </dd>
        </div>
        {result && (
          <div>
            <dt>took</dt>
            <dd>
              {timeText(result.durationMs)}, {plural(result.requests, 'request')}
            </dd>
          </div>
        )}
        {result?.timings?.map(({ operation, state, acceptedMs, completedMs }, at) => (
          <div key={`${at}`}>
            <dt>{operation}</dt>
            <dd>
              {state}: accepted after {timeText(acceptedMs)}, completed after {timeText(completedMs)}
            </dd>
          </div>
        ))}
        {result?.absentMs !== undefined && (
          <div>
            <dt>watched</dt>
            <dd>that nothing happened, for {timeText(result.absentMs)}</dd>
          </div>
        )}
      </dl>
    </>
  );
}
