import type { Reporter as VitestReporter } from 'vitest/node';
import type { Report } from '../src/report/model.ts';
import type { Reporter } from '../src/report/reporter.ts';

/** Carries what the suites found from vitest's events into the report, and on to our own reporters. */
export function vitestBridge(report: Report, reporters: readonly Reporter[], onCollected: () => void): VitestReporter {
  return {
    // A cancel that came before the worker was up is lost; this is the first moment to ask again.
    onTestModuleCollected: onCollected,
    onTestModuleStart(module) {
      const suite = /([\w-]+)\.spec\.[jt]s$/.exec(module.moduleId)?.[1] ?? module.moduleId;
      for (const reporter of reporters) reporter.suiteStarted?.(suite, report);
    },
    onTestCaseResult(test) {
      const result = test.meta().result;
      // After a cancel the same case is told twice, the second time without a result.
      if (!result || report.results.has(result.id)) return;
      report.results.set(result.id, result);
      for (const reporter of reporters) reporter.judged?.(result, report);
    },
  };
}
