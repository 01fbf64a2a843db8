import { afterAll, describe, test } from 'vitest';
import type { CaseResult } from '../src/judge/verdict.ts';
import type { Case } from '../src/plan/case.ts';
import type { RunContext } from './context.ts';
import { perform } from './perform.ts';
import { runContext } from './run-context.ts';

declare module 'vitest' {
  interface TaskMeta {
    result?: CaseResult;
    repetition?: number;
  }
}

/** Registers a suite's cases of the plan, each group to run side by side. */
export function register(suite: string): void {
  const context = runContext();
  // The worker may be ended at any time after its last suite.
  afterAll(() => context.recorder?.flush());
  for (const cases of context.groupsOf(suite).filter(group => group.length > 0)) {
    describe(suite, () => {
      for (const one of cases) registerCase(context, one);
    });
  }
}

function registerCase(context: RunContext, one: Case): void {
  test.concurrent(one.id, async ({ task, skip }) => {
    if (context.isEnding()) skip();
    const result = await perform(context, one);
    // A case that was broken off has no verdict.
    if (context.isCancelled() && result.verdict === 'error') skip();
    task.meta.result = result;
    task.meta.repetition = one.repetition ?? 1;
    if (result.verdict === 'skipped') skip(result.message);
    if (result.verdict === 'fail' || result.verdict === 'error') throw new Error(result.message);
  });
}
