import { describe, test } from 'vitest';
import type { CaseResult } from '../src/judge/verdict.ts';
import { runContext } from './context.ts';
import { perform } from './perform.ts';

declare module 'vitest' {
  interface TaskMeta {
    result?: CaseResult;
  }
}

/** Registers a suite's cases of the plan, to run side by side. */
export function register(suite: string): void {
  const context = runContext();
  describe.concurrent(suite, () => {
    for (const one of context.casesOf(suite)) {
      test(one.id, async ({ task, skip }) => {
        if (context.isCancelled()) skip();
        const result = await perform(context, one);
        // A case that an interrupt broke off has no verdict.
        if (context.isCancelled() && result.verdict === 'error') skip();
        task.meta.result = result;
        if (result.verdict === 'skipped') skip(result.message);
        if (result.verdict === 'fail' || result.verdict === 'error') throw new Error(result.message);
      });
    }
  });
}
