import type { Timeline } from '../judge/timeline.ts';
import { printableLine } from './printable.ts';
import { type TimelineLine, timelineLines } from './timeline-lines.ts';

const gap = '  ';
/** Narrower columns say nothing. */
const narrowest = 4;
const unchanged = '·';
const countHead = 'readings';

/**
 * Timelines as plain text: a column for each observer, a line for each change, `·` where an observer showed the same as
 * before, nothing where it was not asked yet, `×5` where five readings stand behind a line. No line is wider than
 * `columns`.
 */
export function timelineText(timelines: readonly Timeline[], columns = 100): string {
  return timelines.map(timeline => textOf(timeline, columns)).join('\n\n');
}

function textOf(timeline: Timeline, columns: number): string {
  const { course, request, completed, limit } = timeline;
  const end = completed === null ? `not completed within ${limit} s` : `completed after ${Math.round(completed)} ms`;
  const head = broken(`${printableLine(course)}: ${printableLine(request)}`, columns);
  return [...head, ...table(timeline, columns), end].join('\n');
}

function table({ samples }: Timeline, columns: number): string[] {
  const lines = timelineLines(samples);
  if (lines.length === 0) return [];
  const times = ['', ...lines.map(({ from, to }) => `+${Math.round(from)}–${Math.round(to)} ms`)];
  const counts = lines.map(({ readings }) => (readings === 1 ? '' : `×${readings}`));
  const observers = [...new Set(lines.flatMap(({ change }) => change?.observer ?? []))];
  const cells = observers.map(observer => [printableLine(observer), ...column(observer, lines)]);
  const timeWidth = widest(times);
  const room = columns - timeWidth - widest(counts) - gap.length * (cells.length + 1);
  const widths = fitted(cells.map(widest), room);
  return [countHead, ...counts].map((count, row) => {
    const time = (times[row] ?? '').padStart(timeWidth);
    const shown = cells.map((texts, at) => shortened(texts[row] ?? '', widths[at] ?? 0));
    return shortened([time, ...shown, count].join(gap).trimEnd(), columns).trimEnd();
  });
}

function column(observer: string, lines: readonly TimelineLine[]): string[] {
  const since = lines.findIndex(({ change }) => change?.observer === observer);
  return lines.map(({ change }, at) => {
    if (change?.observer === observer) return printableLine(change.shown);
    return at < since ? '' : unchanged;
  });
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(text => Array.from(text).length));
}

/** Takes room from the widest columns first. */
function fitted(widths: number[], room: number): number[] {
  const fitting = [...widths];
  const sum = () => fitting.reduce((all, width) => all + width, 0);
  while (sum() > room && Math.max(...fitting) > narrowest) {
    const at = fitting.indexOf(Math.max(...fitting));
    fitting[at] = (fitting[at] ?? 0) - 1;
  }
  return fitting;
}

function shortened(text: string, width: number): string {
  const characters = Array.from(text);
  if (characters.length <= width) return text + ' '.repeat(width - characters.length);
  return `${characters.slice(0, width - 1).join('')}…`;
}

/** A path goes on below itself: its end names the volume. */
function broken(text: string, columns: number): string[] {
  if (text.length <= columns) return [text];
  const slash = text.lastIndexOf('/', columns - 1);
  const at = slash > gap.length ? slash : columns;
  return [text.slice(0, at), ...broken(`${gap}${text.slice(at)}`, columns)];
}
