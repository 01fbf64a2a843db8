import './timings.css';
import { useMemo } from 'preact/hooks';
import type { Timing } from '../../../src/judge/verdict.ts';
import { groupBy } from '../../../src/report/group-by.ts';
import { useRun } from './context.ts';
import { Scroll } from './scroll.tsx';
import { Section } from './section.tsx';
import { type Axis, axisOf, placeOn, powersOn, type Spread, spreadOf } from './spread.ts';
import { timeText } from './time-text.ts';

const width = 220;
const height = 30;

/** How long the target took, from sending a request to its answer and to its end. */
export function TimingsSection() {
  const { judged } = useRun();
  const { axis, rows } = useMemo(() => rowsOf(judged.flatMap(({ result }) => result?.timings ?? [])), []);
  return (
    <Section id="latency" title="Latency">
      {rows.length === 0 && <p class="quiet">No request was timed in this run.</p>}
      {rows.length > 0 && (
        <>
          <p class="quiet">
            From sending a request to its answer (accepted), and until a reading had shown the end (completed). All bars
            share one logarithmic axis from {timeText(axis.from)} to {timeText(axis.to)}; the line is the median, the
            dotted one the 95th percentile. <em>blur</em>: how much earlier than it was seen the end may have come, the
            median.
          </p>
          <Scroll label="times by operation and state of the server">
            <table class="timings">
              <thead>
                <tr>
                  <th scope="col">operation</th>
                  <th scope="col">server</th>
                  <th scope="col">n</th>
                  <th scope="col">
                    accepted <Scale axis={axis} />
                  </th>
                  <th scope="col">p50, p95, max</th>
                  <th scope="col">
                    completed <Scale axis={axis} />
                  </th>
                  <th scope="col">p50, p95, max</th>
                  <th scope="col">blur</th>
                </tr>
              </thead>
              <tbody>
                {rows.map(({ operation, state, n, accepted, completed, blur }) => (
                  <tr key={`${operation} ${state}`}>
                    <th scope="row">{operation}</th>
                    <td>{state}</td>
                    <td class="number">{n}</td>
                    <Spreading spread={accepted} axis={axis} name={`${operation} ${state} accepted`} />
                    <Spreading spread={completed} axis={axis} name={`${operation} ${state} completed`} />
                    <td class="number">{timeText(blur)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </>
      )}
    </Section>
  );
}

/** The powers of ten above the bars. */
function Scale({ axis }: { axis: Axis }) {
  return (
    <svg viewBox={`0 0 ${width} 14`} class="scale" aria-hidden="true">
      {powersOn(axis).map(ms => {
        const place = placeOn(axis, ms);
        return (
          <text key={ms} x={place * width} y={11} text-anchor={place === 0 ? 'start' : place === 1 ? 'end' : 'middle'}>
            {timeText(ms)}
          </text>
        );
      })}
    </svg>
  );
}

function Spreading({ spread, axis, name }: { spread: Spread; axis: Axis; name: string }) {
  const { p50, p95, max, bars } = spread;
  const step = width / bars.length;
  const x = (ms: number) => placeOn(axis, ms) * width;
  return (
    <>
      <td>
        <svg
          viewBox={`0 0 ${width} ${height}`}
          class="histogram"
          role="img"
          aria-label={`${name}: median ${timeText(p50)}, 95% within ${timeText(p95)}, at most ${timeText(max)}`}
        >
          {powersOn(axis).map(ms => (
            <line key={ms} class="ground" x1={x(ms)} x2={x(ms)} y1={4} y2={height} />
          ))}
          <line class="ground" x1={0} x2={width} y1={height - 1} y2={height - 1} />
          {bars.map((share, at) =>
            share === 0 ? null : (
              <rect
                key={`${at}`}
                x={at * step + 0.5}
                width={step - 1}
                y={height - 1 - Math.max(share * (height - 6), 2)}
                height={Math.max(share * (height - 6), 2)}
              />
            ),
          )}
          <line class="median" x1={x(p50)} x2={x(p50)} y1={0} y2={height} />
          <line class="most" x1={x(p95)} x2={x(p95)} y1={0} y2={height} />
        </svg>
      </td>
      <td class="number">
        {timeText(p50)}, {timeText(p95)}, {timeText(max)}
      </td>
    </>
  );
}

function rowsOf(timings: readonly Timing[]) {
  const axis = axisOf(timings.flatMap(({ acceptedMs, completedMs }) => [acceptedMs, completedMs]));
  const rows = [...groupBy(timings, ({ operation, state }) => `${operation}\n${state}`).values()].map(some => {
    const blurs = some.map(({ blurMs }) => blurMs);
    return {
      operation: some[0].operation,
      state: some[0].state,
      n: some.length,
      accepted: spreadOf(
        some.map(({ acceptedMs }) => acceptedMs),
        axis,
      ),
      completed: spreadOf(
        some.map(({ completedMs }) => completedMs),
        axis,
      ),
      blur: spreadOf(blurs, axis).p50,
    };
  });
  return { axis, rows: rows.toSorted((a, b) => (a.operation < b.operation ? -1 : a.operation > b.operation ? 1 : 0)) };
}
