import { plural } from '../../../src/report/plural.ts';
import { printable } from '../../../src/report/printable.ts';
import { waiverText } from '../../../src/report/waiver-text.ts';
import { useRun } from './context.ts';
import { filterLink } from './filter.ts';
import { caseLink } from './route.ts';
import { Section } from './section.tsx';

/** The failures that a baseline knows, by waiver. */
export function WaivedSection() {
  const { waived } = useRun();
  return (
    <Section id="waived" title="Waived: known failures">
      <ul>
        {waived.map(({ waiver, members, soon }) => {
          const [{ case: first }] = members;
          const isOneRule = members.every(({ case: one }) => one.rule === first.rule);
          return (
            <li key={`${waiver.line}`}>
              <a href={filterLink({ verdict: 'waived', ...(isOneRule ? { rule: first.rule } : {}) })}>
                {plural(members.length, 'case')}
              </a>{' '}
              of <code>{printable(waiver.name)}</code>, e.g. <a href={caseLink(first.id)}>{first.id}</a>:{' '}
              {waiverText(waiver)}{' '}
              <span class="quiet">
                {printable(waiver.file)}:{waiver.line}
              </span>
              {soon !== null && <strong> {soon}</strong>}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
