import { Command } from 'commander';
import type { Contract } from '../contract/contract.ts';
import { loadContract } from '../contract/load.ts';
import { everything } from '../plan/capabilities.ts';
import type { Case } from '../plan/case.ts';
import { makePlan, type Plan } from '../plan/plan.ts';
import { targetConfigured } from '../target/settings.ts';
import { openTarget } from './open-target.ts';
import {
  checkPersonas,
  type SelectionOptions,
  selectionFrom,
  type TargetOptions,
  targetSettings,
  withSelection,
  withTarget,
} from './options.ts';
import { asUsage } from './usage-error.ts';

type ListOptions = TargetOptions & SelectionOptions & { json?: boolean };

/** `novaspec list`: the plan, without sending a single case. */
export function listCommand(): Command {
  return withSelection(withTarget(new Command('list')))
    .description('list the cases of the plan; with a target, of the plan for that target')
    .option(
      '--json',
      'an array of objects: id, rule, level, suite, operation, microversion, persona, given, request, expect',
    )
    .action(async (options: ListOptions) => {
      const { cases, digest } = await planFor(loadContract(), options);
      process.stdout.write(options.json ? `${JSON.stringify(cases, null, 2)}\n` : listing(cases, digest));
    });
}

/** The plan for the target of the options, or for one that offers everything when none is named. */
async function planFor(contract: Contract, options: ListOptions): Promise<Plan> {
  const settings = targetSettings(options, process.env);
  const selection = selectionFrom(options);
  const complete = asUsage(() => {
    checkPersonas(contract, options.persona);
    return makePlan(contract, everything(contract), selection);
  });
  if (!targetConfigured(settings, process.env)) return complete;
  const { capabilities, sessions } = await openTarget(contract, settings, process.env, process.cwd(), options.volume);
  await sessions.close();
  return asUsage(() => makePlan(contract, capabilities, selection));
}

function listing(cases: Case[], digest: string): string {
  const lines = cases.map(({ id, level, persona, skip }) => {
    const note = skip ? `  skipped: ${skip.reason}: ${skip.detail}` : '';
    return `${id}  ${level} ${persona}${note}`;
  });
  const skipped = cases.filter(({ skip }) => skip).length;
  return `${[...lines, `${cases.length} ${cases.length === 1 ? 'case' : 'cases'}, ${skipped} of them skipped; plan ${digest}`].join('\n')}\n`;
}
