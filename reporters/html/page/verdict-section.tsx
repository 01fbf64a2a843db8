import './verdict.css';
import { duration } from '../../../src/report/duration.ts';
import { plural } from '../../../src/report/plural.ts';
import { printable } from '../../../src/report/printable.ts';
import type { VerdictWord } from '../../../src/report/verdict-word.ts';
import { deltaText } from '../../../src/report/waived-groups.ts';
import { staleText } from '../../../src/report/waiver-text.ts';
import { CommandLine } from './command.tsx';
import { useRun } from './context.ts';
import { CountsBar } from './counts-bar.tsx';
import { LazyDetails } from './lazy-details.tsx';

const leftoversOpened = 3;

const looks: Record<VerdictWord, { tone: string; sign: string }> = {
  conforming: { tone: 'pass', sign: '✓' },
  'not conforming': { tone: 'fail', sign: '✗' },
  incomplete: { tone: 'waived', sign: '!' },
  'could not run': { tone: 'error', sign: '!' },
};

/** What the run says about the target, and what that rests on. */
export function VerdictSection() {
  const { report, summary } = useRun();
  const { counts, verdict } = summary;
  const { target, failure, notes, exitCode, tool } = report;
  const { tone, sign } = looks[verdict];
  return (
    <section id="verdict" aria-labelledby="verdict-title">
      <div class={`verdict ${tone}`}>
        <h1 id="verdict-title">
          <span class="verdict-sign" aria-hidden="true">
            {sign}
          </span>{' '}
          {verdict}
        </h1>
        <p>
          <strong>{printable(target?.name ?? 'no target')}</strong>, volume attachments API of Nova
          {exitCode !== null && <span class="exit">exit code {exitCode}</span>}
        </p>
        {failure !== null && <pre class="failure">{printable(failure)}</pre>}
      </div>
      {counts.total > 0 && <CountsBar counts={counts} />}
      <Against />
      <Lost />
      {notes.length > 0 && (
        <ul class="notes">
          {notes.map(note => (
            <li key={note}>{printable(note)}</li>
          ))}
        </ul>
      )}
      <dl class="facts wide">
        <Facts />
        <div>
          <dt>tool</dt>
          <dd>
            {tool.name} {tool.version}
          </dd>
        </div>
      </dl>
    </section>
  );
}

/** What the run shows beyond its baseline, and which of its waivers nothing needs. */
function Against() {
  const { report, summary } = useRun();
  const { baseline } = report;
  const delta = deltaText(report, summary.counts);
  if (baseline === undefined || delta === null) return null;
  return (
    <div class="message">
      <strong>Against the baseline:</strong> {printable(delta)}
      {baseline.stale.length > 0 && (
        <ul>
          {baseline.stale.map(stale => (
            <li key={`${stale.line}`}>{staleText(baseline.file, stale)}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** What is missing from the run, and what it left behind. */
function Lost() {
  const { report, summary } = useRun();
  const { leftovers, cleanUp, complete, failure } = report;
  const { unjudged, total } = summary.counts;
  return (
    <>
      {total === 0 && failure === null && <p class="message">No case was selected.</p>}
      {total > 0 && (unjudged > 0 || !complete) && (
        <p class="message">
          <strong>Incomplete:</strong> the run ended before {unjudged} of {plural(total, 'case')} had a verdict.
        </p>
      )}
      {leftovers.length > 0 && (
        <div class="message">
          <strong>Left behind on the cloud: {plural(leftovers.length, 'resource')}.</strong>
          {cleanUp !== null && <CommandLine label="clean up" text={cleanUp} />}
          <LazyDetails summary="What it is, and why it could not be removed" open={leftovers.length <= leftoversOpened}>
            {() => (
              <ul>
                {leftovers.map(({ kind, id, name, why }) => (
                  <li key={id}>
                    {kind} <code>{printable(id)}</code> ({printable(name)}): {printable(why)}
                  </li>
                ))}
              </ul>
            )}
          </LazyDetails>
        </div>
      )}
    </>
  );
}

function Facts() {
  const { report, judged } = useRun();
  const { target, startedAt, finishedAt, planDigest, classes, cases } = report;
  const judgedAt = new Set(cases.map(({ microversion }) => microversion)).size;
  const began = new Date(startedAt).toISOString().replace('T', ' ').slice(0, 'yyyy-mm-dd hh:mm:ss'.length);
  const rows: [string, string][] = [
    ...(target
      ? ([
          ['compute', printable(target.compute)],
          ['volume', printable(target.volume ?? 'none')],
          [
            'microversions',
            `the target offers ${target.microversions.min} to ${target.microversions.max}; judged at ${judgedAt} of them, which touch ${plural(new Set(judged.map(({ case: one }) => one.rule)).size, 'rule')}; the contract changes at ${classes.slice(1).join(', ')}`,
          ],
          [
            'personas',
            Object.entries(target.personas)
              .map(([name, { roles }]) => `${name}${roles === null ? '' : ` (${roles.join(', ')})`}`)
              .join(', '),
          ],
        ] as [string, string][])
      : []),
    [
      'levels',
      report.judged.length === 0 ? 'none yet' : `${report.judged.join(' and ')}: a deviation of these fails the run`,
    ],
    ['began', `${began} UTC`],
    ['took', finishedAt === null ? 'not finished' : duration(finishedAt - startedAt)],
    ['plan', planDigest === '' ? 'none' : planDigest],
  ];
  return (
    <>
      {rows.map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </>
  );
}
