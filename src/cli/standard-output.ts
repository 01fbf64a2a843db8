import { exitCodeWithLosses } from '../report/exit-code.ts';

let failure: Error | null = null;

/**
 * Lets a command go on when its standard output takes no more: a run must still clean up after itself. Whoever reads only the
 * beginning (`| head`) closes the pipe and wants no more; what is lost otherwise is said once, and no exit code is 0.
 */
export function guardStandardOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || failure !== null) return;
    failure = error;
    process.stderr.write(`novaspec: standard output cannot be written: ${error.message}\n`);
    process.on('exit', code => {
      process.exitCode = exitCodeWithLosses(code);
    });
  });
}

/** Why something that was printed did not arrive; null as long as everything did. */
export function standardOutputFailure(): Error | null {
  return failure;
}
