import { roughDuration } from '../../src/report/duration.ts';
import { countsPhrase } from './counts-phrase.ts';
import type { Paint } from './paint.ts';
import type { ProgressView } from './progress.ts';
import { cut } from './text.ts';

const barWidth = 24;

/** The live block: bar and times, what the run is busy with, the verdicts so far. */
export function progressBlock(view: ProgressView, columns: number, paint: Paint): string[] {
  const busy = cut(busyWith(view), columns);
  if (view.counts.total === 0) return [busy];
  const filled = Math.floor((barWidth * view.done) / view.counts.total);
  const bar = paint.green('█'.repeat(filled)) + paint.dim('░'.repeat(barWidth - filled));
  // The bar's own width, because colour makes the text longer than it looks.
  return [`${bar} ${cut(standing(view), columns - barWidth - 1)}`, paint.dim(busy), soFar(view, paint)];
}

/** The same in one line, for logs. */
export function progressLine(view: ProgressView, paint: Paint): string {
  if (view.counts.total === 0) return `... ${busyWith(view)}`;
  return `... ${standing(view)}: ${soFar(view, paint)} (${busyWith(view)})`;
}

function standing({ counts, done, elapsedMs, leftMs }: ProgressView): string {
  const percent = Math.floor((100 * done) / counts.total);
  const left = leftMs === null || done === counts.total ? '' : `, about ${roughDuration(leftMs)} left`;
  return `${done}/${counts.total} ${percent}%  ${roughDuration(elapsedMs)}${left}`;
}

function busyWith({ suite, phase }: ProgressView): string {
  return [suite, phase].filter(part => part !== '').join(': ') || 'starting';
}

// How many are still open shows from the bar; among the verdicts it would look like one of them.
function soFar({ counts }: ProgressView, paint: Paint): string {
  return countsPhrase({ ...counts, unjudged: 0 }, paint);
}
