import type { Screen } from './screen.ts';

const silenceMs = 15_000;

/** A log: nothing is ever drawn again, and after a long silence a line tells how far it is. */
export function plainScreen<T>(stream: NodeJS.WritableStream, progressLine: (progress: T) => string): Screen<T> {
  let timer: NodeJS.Timeout | undefined;
  let shown: T;
  return {
    open(progress) {
      shown = progress;
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
