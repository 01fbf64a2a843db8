import type { Sample } from '../judge/timeline.ts';

/** What one line of a timeline tells: a change of one observer, or a run of readings in which nothing changed. */
export interface TimelineLine {
  /** Milliseconds since the request was sent. */
  from: number;
  to: number;
  /** Null: nothing changed. */
  change: { observer: string; shown: string } | null;
  /** How many readings stand behind the line. */
  readings: number;
}

// Each round asks several observers; what is quiet for longer than a round or two is worth a line.
const longRun = 8;

/** One line a change, in the order in which the readings ended; a short run without change is counted with the line before it. */
export function timelineLines(samples: readonly Sample[]): TimelineLine[] {
  const known = new Map<string, string>();
  const lines: TimelineLine[] = [];
  let quiet: Sample[] = [];
  const endRun = () => {
    const before = lines.at(-1);
    if (before === undefined || quiet.length === 0) return;
    if (quiet.length < longRun) before.readings += quiet.length;
    else lines.push({ ...windowOf(quiet), change: null, readings: quiet.length });
    quiet = [];
  };
  for (const sample of samples.toSorted((a, b) => a.to - b.to)) {
    const { observer, shown, from, to } = sample;
    if (known.get(observer) === shown) {
      quiet.push(sample);
      continue;
    }
    endRun();
    known.set(observer, shown);
    lines.push({ from, to, change: { observer, shown }, readings: 1 });
  }
  endRun();
  return lines;
}

function windowOf(run: readonly Sample[]): { from: number; to: number } {
  return { from: Math.min(...run.map(({ from }) => from)), to: Math.max(...run.map(({ to }) => to)) };
}
