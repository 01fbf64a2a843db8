#!/usr/bin/env node
import { CommanderError } from 'commander';
import { exitCodes } from '../report/exit-code.ts';
import { failureOf } from './failure.ts';
import { program } from './program.ts';

// Whoever reads only the beginning (`| head`) closes the pipe; a run must still clean up after itself.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await program().parseAsync();
} catch (error) {
  process.exitCode = exitFor(error);
}

function exitFor(error: unknown): number {
  // Commander has printed its own line by then; --help and --version come this way too.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.conforming : exitCodes.usage;
  const { message, exitCode } = failureOf(error);
  process.stderr.write(`novaspec: ${message}\n`);
  return exitCode;
}
