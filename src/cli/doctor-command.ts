import { Command } from 'commander';
import type { Contract } from '../contract/contract.ts';
import { loadContract } from '../contract/load.ts';
import { makePlan } from '../plan/plan.ts';
import { exitCodes } from '../report/exit-code.ts';
import { embeddedTarget } from '../report/run-facts.ts';
import { shareOut } from '../stage/budget.ts';
import { targetConfigured } from '../target/settings.ts';
import { type SettingRow, settingRows } from './configure.ts';
import { type Diagnosis, diagnose } from './diagnosis.ts';
import { diagnosisText } from './diagnosis-text.ts';
import { type Embedded, startEmbedded } from './embedded.ts';
import { openTarget } from './open-target.ts';
import {
  type ChoiceOptions,
  checkPersonas,
  type SelectionOptions,
  selectionFrom,
  type TargetOptions,
  targetSettings,
  wishesFrom,
  withChoices,
  withSelection,
  withTarget,
} from './options.ts';
import { asUsage } from './usage-error.ts';

type DoctorOptions = TargetOptions & SelectionOptions & ChoiceOptions & { json?: boolean };

/** `novaspec doctor`: what a run would meet, without creating anything. */
export function doctorCommand(): Command {
  return withSelection(withChoices(withTarget(new Command('doctor'))))
    .description('look at a cloud as a run would meet it, without creating anything')
    .option('--json', 'as JSON')
    .action(async (options: DoctorOptions, command: Command) => {
      const contract = loadContract();
      asUsage(() => checkPersonas(contract, options.persona));
      const diagnosis = await examine(contract, options, settingRows(command));
      const columns = Math.min(process.stdout.columns ?? 80, 120);
      process.stdout.write(
        options.json ? `${JSON.stringify(diagnosis, null, 2)}\n` : diagnosisText(diagnosis, columns),
      );
      process.exitCode = diagnosis.unjudged.length === 0 ? exitCodes.conforming : exitCodes.incomplete;
    });
}

async function examine(contract: Contract, options: DoctorOptions, rows: SettingRow[]): Promise<Diagnosis> {
  const settings = targetSettings(options, process.env);
  let embedded: Embedded | undefined;
  try {
    if (!targetConfigured(settings, process.env)) embedded = await startEmbedded(settings);
    const open = await openTarget(
      contract,
      embedded?.settings ?? settings,
      embedded?.env ?? process.env,
      process.cwd(),
      options.volume,
      wishesFrom(options),
    );
    try {
      const { capabilities, choices, quota, target } = open;
      const plan = asUsage(() => makePlan(contract, capabilities, selectionFrom(options)));
      const { servers, concurrency } = options;
      const budget = shareOut(contract.data.stage, quota, choices.flavor, { servers, concurrency });
      return await diagnose(contract, open, plan, embedded ? embeddedTarget : target.name, budget, rows);
    } finally {
      await open.sessions.close();
    }
  } finally {
    await embedded?.stop();
  }
}
