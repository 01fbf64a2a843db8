import type { CourseFacts } from '../../../src/report/model.ts';
import { Scroll } from './scroll.tsx';
import { plainValue } from './tones.ts';

/** The stages of a course in their order, and what each observer may show in each; an observer that is not named may show anything. */
export function CourseTable({ course, tones }: { course: CourseFacts; tones: (shown: string) => number }) {
  const { stages, success, failure, sentence } = course;
  const observers = [...new Set(stages.flatMap(({ shows }) => Object.keys(shows)))];
  return (
    <Scroll label={`legal order of ${sentence}`}>
      <table class="course">
        <thead>
          <tr>
            <th scope="col">stage</th>
            {observers.map(observer => (
              <th scope="col" key={observer}>
                {observer}
              </th>
            ))}
            <th scope="col">then</th>
          </tr>
        </thead>
        <tbody>
          {stages.map(({ name, shows, next }) => (
            <tr key={name}>
              <th scope="row">
                {name}
                {success.includes(name) && ' ✓'}
                {failure.includes(name) && ' ✗'}
              </th>
              {observers.map(observer => (
                <td key={observer}>
                  {shows[observer]?.map(plainValue).map(value => (
                    <span key={value} class={`tone tone-${tones(value)}`}>
                      {value}
                    </span>
                  )) ?? <span class="quiet">any</span>}
                </td>
              ))}
              <td>{next.length === 0 ? <span class="quiet">end</span> : `→ ${next.join(' or ')}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="quiet">
        ✓ over as it should be, ✗ over as it should not. A stage may be over before anybody sees it. <em>free</em> and{' '}
        <em>kept</em>: as the volume was before.
      </p>
    </Scroll>
  );
}
