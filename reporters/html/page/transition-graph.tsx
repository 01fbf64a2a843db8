import './graph.css';
import { Scroll } from './scroll.tsx';
import { type Station, stateMachineOf, type Transition, transitionsOf } from './transitions.ts';

const width = 1080;
const row = 62;
const top = 8;
const hubWidth = 130;
const station = { left: 430, width: 190 };
const letter = 6.7;
const end = { left: 950, width: 120 };

/** The state machine of a server: its situations as boxes, the steps between them as arrows, dashed where no history went. */
export function TransitionGraph({ counts }: { counts: Record<string, number> }) {
  const transitions = transitionsOf(counts);
  const { hub, end: last, stations, hubStays, hubToEnd } = stateMachineOf(transitions);
  const rows = stations.length + (hubToEnd.length > 0 ? 1 : 0);
  const height = top * 2 + rows * row;
  const placeOf = new Map(stations.map(({ name }, at) => [name, top + at * row]));
  const visited = transitions.filter(({ count }) => count > 0).length;
  const straight = top + stations.length * row + row / 2;
  return (
    <Scroll label="steps between the states of a server">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        class="graph"
        role="img"
        aria-label={`${visited} of ${transitions.length} steps between the states of a server were taken; the table below has them all`}
      >
        <defs>
          {['visited', 'never'].map(kind => (
            <marker
              key={kind}
              id={`arrow-${kind}`}
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="8"
              markerHeight="8"
              orient="auto"
              class={kind}
            >
              <path d="M0 0 L8 4 L0 8 z" />
            </marker>
          ))}
        </defs>
        <Box x={4} y={top} width={hubWidth} height={height - 2 * top} name={hub} stays={hubStays} />
        {last !== null && (
          <Box x={end.left} y={top} width={end.width} height={height - 2 * top} name={last} stays={[]} />
        )}
        {stations.map(each => (
          <StationDrawing key={each.name} drawn={each} y={placeOf.get(each.name) ?? 0} placeOf={placeOf} />
        ))}
        {hubToEnd.length > 0 && <Arrow from={[hubWidth + 4, straight]} to={[end.left, straight]} steps={hubToEnd} />}
      </svg>
    </Scroll>
  );
}

function StationDrawing({ drawn, y, placeOf }: { drawn: Station; y: number; placeOf: ReadonlyMap<string, number> }) {
  const { name, fromHub, toHub, toEnd, stays, aside } = drawn;
  const right = station.left + station.width;
  return (
    <g>
      <Box x={station.left} y={y + 6} width={station.width} height={row - 12} name={name} stays={stays} />
      {fromHub.length > 0 && <Arrow from={[hubWidth + 4, y + 22]} to={[station.left, y + 22]} steps={fromHub} />}
      {toHub.length > 0 && <Arrow from={[station.left, y + 46]} to={[hubWidth + 4, y + 46]} steps={toHub} />}
      {toEnd.length > 0 && <Arrow from={[right, y + row / 2]} to={[end.left, y + row / 2]} steps={toEnd} />}
      {aside.map(({ to, ...step }, at) => {
        const other = placeOf.get(to);
        if (other === undefined) return null;
        const x = station.left + station.width - 30 - at * 24;
        const down = other > y;
        const [begin, finish] = down ? [y + row - 6, other + 6] : [y + 6, other + row - 6];
        return <Arrow key={to} from={[x, begin]} to={[x, finish]} steps={[{ to, ...step }]} beside />;
      })}
    </g>
  );
}

function Box({
  x,
  y,
  width: wide,
  height,
  name,
  stays,
}: {
  x: number;
  y: number;
  width: number;
  height: number;
  name: string;
  stays: readonly Transition[];
}) {
  const middle = y + height / 2;
  const said = stays.map(({ step, count }) => `${step} ${count === 0 ? 'never' : `×${count}`}`);
  const whole = said.join(', ');
  const lines = whole.length * letter < wide ? [whole] : said;
  return (
    <g>
      <rect class="node" x={x} y={y} width={wide} height={height} rx={6} />
      <text class="node-name" x={x + wide / 2} y={stays.length > 0 ? middle - 3 : middle + 5} text-anchor="middle">
        {name}
      </text>
      {stays.length > 0 &&
        lines.map((line, at) => (
          <text
            key={line}
            class={`node-stays ${line.includes('never') ? 'never' : ''}`}
            x={x + wide / 2}
            y={middle + 14 + at * 15}
            text-anchor="middle"
          >
            {line}
          </text>
        ))}
    </g>
  );
}

function Arrow({
  from,
  to,
  steps,
  beside = false,
}: {
  from: [number, number];
  to: [number, number];
  steps: readonly Transition[];
  /** The text stands to the right of the arrow instead of above it. */
  beside?: boolean;
}) {
  const taken = steps.some(({ count }) => count > 0);
  const text = steps.map(({ step, count }) => `${step} ${count === 0 ? 'never' : `×${count}`}`).join(', ');
  const [x, y] = beside ? [from[0] + 8, (from[1] + to[1]) / 2 + 4] : [(from[0] + to[0]) / 2, from[1] - 5];
  return (
    <g class={taken ? 'visited' : 'never'}>
      <line
        class="edge"
        x1={from[0]}
        y1={from[1]}
        x2={to[0]}
        y2={to[1]}
        marker-end={`url(#arrow-${taken ? 'visited' : 'never'})`}
      />
      <text class="edge-name" x={x} y={y} text-anchor={beside ? 'start' : 'middle'}>
        {text}
      </text>
    </g>
  );
}
