import { enablers } from '../../../src/report/enablers.ts';
import { deviationText } from '../../../src/report/failure-text.ts';
import { printable } from '../../../src/report/printable.ts';
import { useRun } from './context.ts';
import { filterLink } from './filter.ts';
import { caseLink } from './route.ts';
import { Section } from './section.tsx';

/** What was not carried out, and what would change that; and remarks that fail nobody. */
export function SkipsSection() {
  const { skipReasons, findings } = useRun().summary;
  return (
    <Section id="skips" title="Not judged, and remarks">
      <h3>Skipped</h3>
      {skipReasons.length === 0 && <p class="quiet">Nothing was skipped.</p>}
      {skipReasons.map(({ reason, count, details }) => (
        <div key={reason} class="reason">
          <p>
            <a href={filterLink({ verdict: 'skipped' })} class="badge skipped">
              {count}
            </a>{' '}
            <strong>{reason}</strong>: would run with {enablers[reason]}.
          </p>
          <ul>
            {details.map(({ detail, count: same }) => (
              <li key={detail}>
                <a href={filterLink({ verdict: 'skipped', text: detail })}>{same}</a> {printable(detail)}
              </li>
            ))}
          </ul>
        </div>
      ))}
      <h3>Findings, which fail nobody</h3>
      {findings.length === 0 && <p class="quiet">There are none.</p>}
      <ul>
        {findings.map(({ rule, count, example }) => (
          <li key={rule}>
            <a href={filterLink({ rule })}>
              {count} of {rule}
            </a>
            , e.g. <a href={caseLink(example.id)}>{example.id}</a>: {deviationText(example)}
          </li>
        ))}
      </ul>
    </Section>
  );
}
