import type { Contract } from '../contract/contract.ts';
import type { Selection } from '../plan/selection.ts';
import type { Baseline } from '../report/waiver.ts';
import type { Redactor } from '../target/redact.ts';
import { asUsage } from './usage-error.ts';

/** The baseline of `--baseline`, as reports may tell it; null without one. @throws UsageError with a line for each waiver that is wrong */
export async function openBaseline(
  contract: Contract,
  file: string | undefined,
  selection: Selection,
  blackout: Redactor,
  now: Date,
): Promise<Baseline | null> {
  if (file === undefined) return null;
  // A run without one need not load what reads it.
  const { readBaseline } = await import('../report/read-baseline.ts');
  const { waivers } = asUsage(() => readBaseline(file, contract, selection, now.getTime()));
  const told = blackout.text(file);
  return {
    file: told,
    waivers: waivers.map(waiver => ({
      ...waiver,
      file: told,
      reason: blackout.text(waiver.reason),
      ...(waiver.link === undefined ? {} : { link: blackout.text(waiver.link) }),
    })),
  };
}
