import type { FailureGroup } from '../../../src/report/failure-groups.ts';
import { deviationText } from '../../../src/report/failure-text.ts';
import { plural } from '../../../src/report/plural.ts';
import { printable } from '../../../src/report/printable.ts';
import { CaseView } from './case-view.tsx';
import { useRun } from './context.ts';
import { filterLink } from './filter.ts';
import { LazyDetails } from './lazy-details.tsx';
import { caseLink } from './route.ts';
import { Section } from './section.tsx';

const membersShown = 24;
// Few are read one after the other, many are looked over first.
const groupsOpened = 3;
const errorsShown = 20;

/** The failures by rule, then the errors by cause. */
export function FailuresSection() {
  const { failures, errors } = useRun();
  return (
    <Section id="failures" title="What is wrong">
      {failures.length > 0 && (
        <>
          <h3>{plural(failures.length, 'rule')} not kept</h3>
          {failures.map((group, at) => (
            <LazyDetails
              key={group.title}
              class="group"
              open={failures.length <= groupsOpened && at === 0}
              summary={<RuleHead group={group} />}
            >
              {() => <RuleBody group={group} />}
            </LazyDetails>
          ))}
        </>
      )}
      {errors.length > 0 && (
        <>
          <h3>Could not be judged, by cause</h3>
          <ErrorGroups groups={errors.slice(0, errorsShown)} />
          {errors.length > errorsShown && (
            <LazyDetails summary={`${plural(errors.length - errorsShown, 'cause')} more`}>
              {() => <ErrorGroups groups={errors.slice(errorsShown)} />}
            </LazyDetails>
          )}
        </>
      )}
    </Section>
  );
}

function ErrorGroups({ groups }: { groups: readonly FailureGroup[] }) {
  return (
    <>
      {groups.map(group => (
        <LazyDetails key={group.title} class="group" summary={<ErrorHead group={group} />}>
          {() => (
            <>
              <Members group={group} />
              <h4 class="shown-case">{group.members[0].case.id}</h4>
              <CaseView judged={group.members[0]} />
            </>
          )}
        </LazyDetails>
      ))}
    </>
  );
}

function RuleHead({ group: { title, level, members } }: { group: FailureGroup }) {
  const { report } = useRun();
  const [first] = members[0].result.deviations;
  return (
    <span class="group-head">
      <span class="badge fail">
        <span aria-hidden="true">✗ </span>
        {members.length}
      </span>
      <span class="group-title">{title}</span>
      <span class="quiet">{level}</span>
      <span class="group-sentence">{report.rules[title]?.sentence}</span>
      {first && <span class="group-deviation">{deviationText(first)}</span>}
    </span>
  );
}

function ErrorHead({ group: { title, members } }: { group: FailureGroup }) {
  return (
    <span class="group-head">
      <span class="badge error">
        <span aria-hidden="true">! </span>
        {members.length}
      </span>
      <span class="group-sentence">{printable(title)}</span>
    </span>
  );
}

function RuleBody({ group }: { group: FailureGroup }) {
  const { report } = useRun();
  const { title, level, members, echoes } = group;
  const rule = report.rules[title];
  return (
    <>
      <dl class="facts">
        <div>
          <dt>level</dt>
          <dd>{level}</dd>
        </div>
        <div>
          <dt>source</dt>
          <dd>{rule?.source.join('; ')}</dd>
        </div>
        <div>
          <dt>at</dt>
          <dd>{[...new Set(members.map(({ case: one }) => one.microversion))].join(', ')}</dd>
        </div>
        {echoes.length > 0 && (
          <div>
            <dt>the same way</dt>
            <dd>
              {echoes.map(({ rule: echo, count }, at) => (
                <span key={echo}>
                  {at > 0 && ', '}
                  <a href={filterLink({ rule: echo, verdict: 'fail' })}>{echo}</a> ({count})
                </span>
              ))}
            </dd>
          </div>
        )}
      </dl>
      <Members group={group} />
      <h4 class="shown-case">{members[0].case.id}</h4>
      <CaseView judged={members[0]} brief />
    </>
  );
}

/** Links to all cases of a group, the first of which is shown below them. */
function Members({ group: { members, title } }: { group: FailureGroup }) {
  if (members.length === 1) return null;
  const more = members.length - membersShown;
  return (
    <p class="members">
      {plural(members.length, 'case')}:{' '}
      {members.slice(0, membersShown).map(({ case: { id } }) => (
        <a key={id} href={caseLink(id)}>
          {shortName(id, members)}
        </a>
      ))}
      {more > 0 && <a href={filterLink({ rule: title, verdict: members[0].result.verdict })}>and {more} more</a>}
    </p>
  );
}

/** What tells a case from the others of its group: the rule is said already. */
function shortName(id: string, members: FailureGroup['members']): string {
  const { rule } = members[0].case;
  return members.every(({ case: one }) => one.rule === rule) ? id.slice(rule.length) : id;
}
