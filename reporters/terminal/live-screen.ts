import { createLogUpdate } from 'log-update';
import type { Screen } from './screen.ts';

// Ten times a second: the upper limit, whatever the rate of the cases is.
const redrawMs = 100;

/** A screen whose last lines, the frame, are drawn again and again below the lines that stay. */
export function liveScreen<T>(stream: NodeJS.WritableStream, frame: (progress: T) => string[]): Screen<T> {
  // Hiding the cursor would bring signal handlers along, and an interrupt belongs to the command line.
  const draw = createLogUpdate(stream, { showCursor: true });
  let timer: NodeJS.Timeout | undefined;
  let shown: T;
  return {
    open(progress) {
      shown = progress;
      timer ??= setInterval(() => draw(frame(shown).join('\n')), redrawMs).unref();
    },
    print(lines) {
      draw.clear();
      // Not draw.persist(), which breaks long lines: a command must survive copy and paste.
      stream.write(`${lines.join('\n')}\n`);
    },
    close() {
      clearInterval(timer);
      draw.clear();
      draw.done();
    },
  };
}
