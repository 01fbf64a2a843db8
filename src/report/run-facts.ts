import type { StoredReport } from './stored-report.ts';

/** A difference between two runs that may explain those of their cases. */
export interface FactChange {
  /** `target`, `microversions`, `selection suites` ... */
  what: string;
  before: string;
  after: string;
}

/** What was judged by what, where it is not the same in both runs. */
export function changedFacts(before: StoredReport, after: StoredReport): FactChange[] {
  const [older, newer] = [factsOf(before), factsOf(after)];
  return [...new Set([...Object.keys(older), ...Object.keys(newer)])]
    .map(what => ({ what, before: older[what] ?? 'unknown', after: newer[what] ?? 'unknown' }))
    .filter(fact => fact.before !== fact.after);
}

function factsOf({ tool, target, selection, planDigest, cases, complete }: StoredReport): Record<string, string> {
  return {
    tool: `${tool.name} ${tool.version}`,
    target: targetOf(target),
    microversions: target === null ? 'unknown' : `${target.microversions.min} to ${target.microversions.max}`,
    personas:
      Object.keys(target?.personas ?? {})
        .toSorted()
        .join(', ') || 'none',
    ...Object.fromEntries(
      Object.entries(selection).map(([name, value]) => [`selection ${name}`, JSON.stringify(value)]),
    ),
    plan: `${cases.length} cases, ${planDigest.slice(0, 12)}`,
    end: complete ? 'complete' : 'did not come to its end',
  };
}

// The embedded cloud has another port each time.
function targetOf(target: StoredReport['target']): string {
  if (target === null) return 'none';
  return target.name === embeddedTarget ? target.name : `${target.name} at ${target.compute}`;
}

/** The name of the cloud that a run without a target judges. */
export const embeddedTarget = 'embedded cloud';
