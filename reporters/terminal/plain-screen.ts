import type { Report } from '../../src/report/model.ts';
import type { Screen } from './screen.ts';

const silenceMs = 15_000;

/** A log: nothing is ever drawn again, and after a long silence a line tells how far the run is. */
export function plainScreen(stream: NodeJS.WritableStream, progressLine: (report: Report) => string): Screen {
  let timer: NodeJS.Timeout | undefined;
  let shown: Report;
  return {
    open(report) {
      shown = report;
      timer ??= setInterval(() => stream.write(`${progressLine(shown)}\n`), silenceMs).unref();
    },
    print(lines) {
      stream.write(`${lines.join('\n')}\n`);
      timer?.refresh();
    },
    close() {
      clearInterval(timer);
    },
  };
}
