import type { Reporter as VitestReporter } from 'vitest/node';
import type { CaseResult } from '../src/judge/verdict.ts';

/** Who is told what vitest tells. */
export interface Listener {
  suiteStarted: (suite: string) => void;
  /** May be told the same twice. `repetition`: which of several times, from 1. */
  judged: (result: CaseResult, repetition: number) => void;
  /** A cancel that came before the worker was up is lost; this is the first moment to ask again. */
  collected: () => void;
}

/** Carries what the suites found from vitest's events to a listener. */
export function vitestBridge({ suiteStarted, judged, collected }: Listener): VitestReporter {
  return {
    onTestModuleCollected: collected,
    onTestModuleStart(module) {
      suiteStarted(/([\w-]+)\.spec\.[jt]s$/.exec(module.moduleId)?.[1] ?? module.moduleId);
    },
    onTestCaseResult(test) {
      const { result, repetition = 1 } = test.meta();
      // After a cancel the same case is told twice, the second time without a result.
      if (result) judged(result, repetition);
    },
  };
}
