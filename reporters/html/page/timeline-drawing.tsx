import type { Sample, Timeline } from '../../../src/judge/timeline.ts';
import type { Deviation } from '../../../src/judge/verdict.ts';
import { type Lane, lanesOf, ticks } from './lanes.ts';
import { Scroll } from './scroll.tsx';
import { timeText } from './time-text.ts';

const width = 900;
const names = 92;
const margin = 14;
const laneHeight = 30;
const axisHeight = 26;
const letter = 6.7;
const quietShare = 1.25;

/**
 * The observers as lanes over time. A band: as long as nobody can say otherwise; a mark below it: one reading, from its
 * sending to its answer; between bands nobody knows.
 */
export function Drawing({
  timeline: { course, samples, completed },
  tones,
  deviations,
}: {
  timeline: Timeline;
  tones: (shown: string) => number;
  deviations: readonly Deviation[];
}) {
  const lanes = lanesOf(samples);
  const watched = Math.max(1, ...samples.map(({ to }) => to));
  const lastChange = Math.max(completed ?? 0, ...lanes.flatMap(({ stretches }) => stretches.map(({ from }) => from)));
  // Where nothing changes any more there is nothing to see, however long it was watched.
  const end = Math.min(watched, lastChange * quietShare + 10);
  const x = (ms: number) => names + (Math.min(ms, end) / end) * (width - names - margin);
  const height = lanes.length * laneHeight + axisHeight + 8;
  const accused = samples.find(sample => deviations.some(({ received }) => received.startsWith(readingText(sample))));
  return (
    <Scroll label={`readings of ${course} over time`}>
      <svg viewBox={`0 0 ${width} ${height}`} class="drawing" role="img" aria-label={altText(lanes, completed)}>
        {ticks(end * 0.8, 7).map(ms => (
          <g key={ms}>
            <line class="rule" x1={x(ms)} x2={x(ms)} y1={4} y2={height - axisHeight} />
            <text class="tick" x={x(ms)} y={height - 9} text-anchor="middle">
              {timeText(ms)}
            </text>
          </g>
        ))}
        {lanes.map((lane, at) => (
          <LaneDrawing
            key={lane.observer}
            lane={lane}
            top={6 + at * laneHeight}
            x={x}
            tones={tones}
            accused={accused}
          />
        ))}
        {end < watched && (
          <text class="tick" x={width} y={height - 9} text-anchor="end">
            … no change until {timeText(watched)}
          </text>
        )}
        {completed !== null && (
          <g>
            <line class="completed" x1={x(completed)} x2={x(completed)} y1={2} y2={height - axisHeight} />
            <title>completed after {Math.round(completed)} ms</title>
          </g>
        )}
      </svg>
    </Scroll>
  );
}

function LaneDrawing({
  lane: { observer, stretches },
  top,
  x,
  tones,
  accused,
}: {
  lane: Lane;
  top: number;
  x: (ms: number) => number;
  tones: (shown: string) => number;
  accused: Sample | undefined;
}) {
  return (
    <g>
      <text class="lane-name" x={names - 10} y={top + 14} text-anchor="end">
        {observer}
      </text>
      {stretches.map(({ shown, from, to, samples }, at) => {
        const isAccused = accused !== undefined && samples.includes(accused);
        const left = x(from);
        const room = x(stretches[at + 1]?.from ?? Number.POSITIVE_INFINITY) - left;
        const label = isAccused ? `✗ ${shown}` : shown;
        const text = label.length * letter + 6 <= Math.min(room, width - left) ? label : '';
        return (
          <g key={`${at}`} class={isAccused ? 'accused' : ''}>
            <title>
              {`${observer} ${shown}, ${samples.length} readings, +${Math.round(from)}–${Math.round(to)} ms`}
            </title>
            <rect
              class={`band tone-${tones(shown)}`}
              x={left}
              y={top}
              width={Math.max(x(to) - left, 2.5)}
              height={20}
              rx={2}
            />
            {samples.map(sample => (
              <rect
                key={sample.from}
                class={sample === accused ? 'reading fault' : 'reading'}
                x={x(sample.from)}
                y={top + 21}
                width={Math.max(x(sample.to) - x(sample.from), 1)}
                height={3}
              />
            ))}
            <text class="shown" x={left + 4} y={top + 14}>
              {text}
            </text>
          </g>
        );
      })}
    </g>
  );
}

/** As a deviation names the reading that cannot be explained. */
function readingText({ observer, shown, from, to }: Sample): string {
  const [begin, end] = [Math.round(from), Math.round(to)];
  return `${observer} ${shown} at ${begin === end ? `+${begin} ms` : `+${begin}–${end} ms`}`;
}

function altText(lanes: readonly Lane[], completed: number | null): string {
  const said = lanes.map(
    ({ observer, stretches }) => `${observer}: ${stretches.map(({ shown }) => shown).join(', then ')}`,
  );
  const end = completed === null ? 'not completed' : `completed after ${Math.round(completed)} ms`;
  return `${said.join('; ')}; ${end}`;
}
