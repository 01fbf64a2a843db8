import type { CaseResult } from '../judge/verdict.ts';
import type { Case } from '../plan/case.ts';
import { failureLines, failureText } from '../report/failure-text.ts';
import type { Report } from '../report/model.ts';
import { printableLine } from '../report/printable.ts';
import type { Alarm } from './outcome.ts';

/** Commands that need the target again. */
const passing: readonly string[] = ['curl', 'replay', 'script', 'repeat'];

/** What a case says that found fault with its target; null where it did not. */
export function alarmOf(one: Case, result: CaseResult, report: Report, startedAt: number): Alarm | null {
  const { verdict, deviations, findings } = result;
  const [first] = verdict === 'fail' ? deviations : findings;
  if (verdict === 'error' || first === undefined) return null;
  // A finding is told like a failure.
  const text = failureText(
    one,
    { ...result, verdict: 'fail', deviations: verdict === 'fail' ? deviations : findings },
    report,
  );
  // The target of a proof is gone when somebody reads this.
  const details = text.details.filter(({ label }) => !passing.includes(label));
  const lines = failureLines({ ...text, details });
  const rule = report.rules[one.rule];
  const has = (part: string | undefined) =>
    part !== undefined && part !== '' && lines.some(line => line.includes(printableLine(part)));
  const lacks = [
    ...(text.headline.startsWith(one.id) ? [] : ['case']),
    ...(has(`expected ${first.expected}`) ? [] : ['expected']),
    ...(has(`received ${first.received}`) ? [] : ['received']),
    ...(first.expected === first.received ? ['difference'] : []),
    ...(has(rule?.sentence) ? [] : ['sentence']),
    ...(rule !== undefined && rule.source.length > 0 && rule.source.every(has) ? [] : ['source']),
  ];
  return {
    rule: one.rule,
    case: one.id,
    level: first.level,
    verdict: verdict === 'fail' ? 'fail' : 'finding',
    headline: text.headline,
    text: lines,
    lacks,
    afterMs: Date.now() - startedAt,
  };
}
