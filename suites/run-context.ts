import { inject } from 'vitest';
import { openContext, type RunContext, type RunSettings } from './context.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    novaspec: RunSettings;
  }
}

let context: RunContext | undefined;

/** The run's context; made once, as all suites run in one worker without isolation. */
export function runContext(): RunContext {
  context ??= openContext(inject('novaspec'));
  return context;
}
