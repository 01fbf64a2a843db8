import { plural } from '../../../src/report/plural.ts';
import { printable } from '../../../src/report/printable.ts';
import type { WaivedGroup } from '../../../src/report/waived-groups.ts';
import { waiverText } from '../../../src/report/waiver-text.ts';
import { useRun } from './context.ts';
import { filterLink } from './filter.ts';
import { LazyDetails } from './lazy-details.tsx';
import { caseLink } from './route.ts';
import { Section } from './section.tsx';

const groupsShown = 20;

/** The failures that a baseline knows, by waiver. */
export function WaivedSection() {
  const { waived } = useRun();
  const more = waived.slice(groupsShown);
  return (
    <Section id="waived" title="Waived: known failures">
      <Groups groups={waived.slice(0, groupsShown)} />
      {more.length > 0 && (
        <LazyDetails summary={`${plural(more.length, 'waiver')} more`}>{() => <Groups groups={more} />}</LazyDetails>
      )}
    </Section>
  );
}

function Groups({ groups }: { groups: readonly WaivedGroup[] }) {
  return (
    <ul>
      {groups.map(({ waiver, members, soon }) => {
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
  );
}
