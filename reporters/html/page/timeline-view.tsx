import './timelines.css';
import type { Timeline } from '../../../src/judge/timeline.ts';
import type { Deviation } from '../../../src/judge/verdict.ts';
import { printable } from '../../../src/report/printable.ts';
import { timelineText } from '../../../src/report/timeline-text.ts';
import { useRun } from './context.ts';
import { CourseTable } from './course-table.tsx';
import { ScrollText } from './scroll.tsx';
import { Drawing } from './timeline-drawing.tsx';
import { tonesOf } from './tones.ts';

/** What the observers saw of a request, drawn; the same in words; and the legal order of its course. */
export function TimelineView({
  timeline,
  deviations,
  unfolded = false,
}: {
  timeline: Timeline;
  deviations: readonly Deviation[];
  unfolded?: boolean;
}) {
  const { report } = useRun();
  const course = report.courses[timeline.course];
  const tones = tonesOf(course, timeline.samples);
  const { completed, limit } = timeline;
  return (
    <figure class="timeline">
      <figcaption>
        <strong>{timeline.course}</strong> <code>{printable(timeline.request)}</code>{' '}
        {completed === null ? `not completed within ${limit} s` : `completed after ${Math.round(completed)} ms`}
      </figcaption>
      <Drawing timeline={timeline} tones={tones} deviations={deviations} />
      <details>
        <summary>The same in words</summary>
        <ScrollText label={`readings of ${timeline.course}`}>{timelineText([timeline])}</ScrollText>
      </details>
      {course && (
        <details open={unfolded || deviations.length > 0}>
          <summary>The legal order of {course.sentence}</summary>
          <CourseTable course={course} tones={tones} />
        </details>
      )}
    </figure>
  );
}
