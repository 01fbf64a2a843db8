import { useMemo, useState } from 'preact/hooks';
import type { Timeline } from '../../../src/judge/timeline.ts';
import { groupBy } from '../../../src/report/group-by.ts';
import type { CourseFacts } from '../../../src/report/model.ts';
import { plural } from '../../../src/report/plural.ts';
import { useRun } from './context.ts';
import { LazyDetails } from './lazy-details.tsx';
import { caseLink } from './route.ts';
import type { Judged } from './run.ts';
import { Section } from './section.tsx';
import { TimelineView } from './timeline-view.tsx';

/** A timeline, with the case that it belongs to. */
interface Owned {
  timeline: Timeline;
  judged: Judged;
}

/** What became of accepted requests, as outsiders saw it: every timeline that the report keeps, by course. */
export function TimelinesSection() {
  const { report, judged } = useRun();
  const byCourse = useMemo(() => {
    const all = judged.flatMap(
      one => one.result?.timelines?.map((timeline): Owned => ({ timeline, judged: one })) ?? [],
    );
    // What failed first.
    const ordered = all.toSorted((one, other) => Number(hasFailed(other)) - Number(hasFailed(one)));
    return groupBy(ordered, ({ timeline }) => timeline.course);
  }, []);
  return (
    <Section id="timelines" title="What was accepted gets done">
      {byCourse.size === 0 ? (
        <p class="quiet">No request was watched until its end in this run.</p>
      ) : (
        <p class="quiet">
          Each lane is what one observer showed over time. A bar spans the readings that showed the same, a mark below
          it is one reading from its sending to its answer, and what was true between two bars nobody knows. The dashed
          line: a reading had shown the end.
        </p>
      )}
      {[...byCourse].map(([course, owned], at) => (
        <LazyDetails
          key={course}
          class="group"
          open={at === 0}
          summary={
            <span class="group-head">
              <span class="group-title">{course}</span>
              <span class="quiet">{plural(owned.length, 'timeline')}</span>
              {owned.some(hasFailed) && (
                <span class="badge fail">
                  <span aria-hidden="true">✗ </span>
                  {plural(owned.filter(hasFailed).length, 'failure')}
                </span>
              )}
              <span class="group-sentence">{report.courses[course]?.sentence}</span>
            </span>
          }
        >
          {() => <CourseTimelines course={report.courses[course]} owned={owned} />}
        </LazyDetails>
      ))}
    </Section>
  );
}

function CourseTimelines({ course, owned }: { course: CourseFacts | undefined; owned: readonly Owned[] }) {
  const [chosen, choose] = useState(0);
  const shown = owned[chosen];
  if (!shown) return null;
  const { timeline, judged } = shown;
  const name = (each: Owned) => {
    const {
      judged: { case: one },
      timeline: { completed },
    } = each;
    return `${hasFailed(each) ? '✗ ' : ''}${one.id}: ${completed === null ? 'not completed' : `${Math.round(completed)} ms`}`;
  };
  return (
    <>
      <div class="chooser">
        <label>
          timeline{' '}
          <select value={chosen} onChange={event => choose(Number(event.currentTarget.value))}>
            {owned.map((each, at) => (
              <option key={`${at}`} value={at}>
                {name(each)}
              </option>
            ))}
          </select>
        </label>{' '}
        <a href={caseLink(judged.case.id)}>open its case</a>
      </div>
      <TimelineView key={chosen} timeline={timeline} deviations={judged.result?.deviations ?? []} unfolded />
      {course && <p class="quiet">Source of the order: {course.source.join('; ')}</p>}
    </>
  );
}

function hasFailed({ judged }: Owned): boolean {
  return judged.result?.verdict === 'fail';
}
