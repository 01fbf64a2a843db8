#!/usr/bin/env node
import { CommanderError } from 'commander';
import { exitCodes } from '../report/exit-code.ts';
import { program } from './program.ts';
import { UsageError } from './usage-error.ts';

try {
  await program().parseAsync();
} catch (error) {
  process.exitCode = exitFor(error);
}

function exitFor(error: unknown): number {
  // Commander has printed its own line by then; --help and --version come this way too.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.conforming : exitCodes.usage;
  if (error instanceof UsageError) {
    process.stderr.write(`novaspec: ${error.message}\n`);
    return exitCodes.usage;
  }
  process.stderr.write(`novaspec: internal error, please report it: ${error instanceof Error ? error.stack : error}\n`);
  return exitCodes.internal;
}
