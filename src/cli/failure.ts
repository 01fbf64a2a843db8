import { StaleContractError } from '../contract/load.ts';
import { exitCodes } from '../report/exit-code.ts';
import { TargetError } from '../target/errors.ts';
import { EndedError, InterruptedError } from './ending.ts';
import { located } from './settings.ts';
import { UsageError } from './usage-error.ts';

/** What a command says, and ends with, when it cannot do its work. */
export interface Failure {
  message: string;
  exitCode: number;
}

/** One line for what the user or the target caused; a stack for what only novaspec can have caused. */
export function failureOf(error: unknown): Failure {
  if (error instanceof UsageError || error instanceof StaleContractError)
    return { message: located(error.message), exitCode: exitCodes.usage };
  if (error instanceof TargetError) {
    return {
      message: located(error.message),
      exitCode: error.kind === 'config' ? exitCodes.usage : exitCodes.unreachable,
    };
  }
  if (error instanceof EndedError) {
    const exitCode = error instanceof InterruptedError ? exitCodes.interrupted : exitCodes.incomplete;
    return { message: error.message, exitCode };
  }
  const text = error instanceof Error ? error.stack : String(error);
  return { message: `internal error, please report it: ${text}`, exitCode: exitCodes.internal };
}
