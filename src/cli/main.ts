#!/usr/bin/env node
import { CommanderError } from 'commander';
import { exitCodes } from '../report/exit-code.ts';
import { program } from './program.ts';
import { guardStandardOutput } from './standard-output.ts';

guardStandardOutput();

try {
  await (await program(process.argv.slice(2))).parseAsync();
} catch (error) {
  process.exitCode = await exitFor(error);
}

async function exitFor(error: unknown): Promise<number> {
  // Commander has printed its own line by then; --help and --version come this way too.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.conforming : exitCodes.usage;
  // What went wrong may come from any part of novaspec; a command that goes well need not load them all.
  const { failureOf } = await import('./failure.ts');
  const { message, exitCode } = failureOf(error);
  process.stderr.write(`novaspec: ${message}\n`);
  return exitCode;
}
