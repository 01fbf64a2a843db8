import { createHash } from 'node:crypto';
import { faults } from '../../cloud/catalogue.ts';
import type { Contract } from '../contract/contract.ts';
import { testFor, unknownName } from '../plan/selection.ts';
import type { Mutant } from '../prove/mutant-row.ts';
import { costOf } from '../prove/rule-cost.ts';
import { goodClouds } from './good-clouds.ts';
import { judgeClouds } from './judge-clouds.ts';
import type { ProofTask, ProveOptions } from './prove-command.ts';
import { isTyped } from './settings.ts';
import { UsageError } from './usage-error.ts';

/** How many faults are judged by every rule, and how many runs there are without a fault, unless the user says otherwise. */
const defaults = { whole: 12, good: 6 };
const quickDefaults = { whole: 0, good: 4 };

/** A proof with the faults of the embedded cloud. @throws UsageError */
export function catalogueProof(options: ProveOptions, contract: Contract): ProofTask {
  refuseTargetOptions();
  const { fault, kind, quick = false, seed, threads } = options;
  const usual = quick ? quickDefaults : defaults;
  const { whole = usual.whole, good: goodCount = usual.good } = options;
  const cost = costOf(contract.data);
  const named = catalogueOf(fault, kind);
  const mutants = quick ? coveringMutants(named, cost) : named;
  const sample = new Set(sampleOf(mutants, whole === 'all' ? mutants.length : whole, seed).map(({ id }) => id));
  const good = goodClouds(goodCount, seed, !quick);
  return {
    targets: mutants.length + good.length,
    // A part of the catalogue need not break every rule.
    everyRule: fault.length + kind.length === 0,
    judge: (told, interrupt) =>
      judgeClouds({ mutants, whole: sample, good, seed, threads, costOf: cost }, told, interrupt.ending),
  };
}

/** What says something about targets of others. */
const aboutTargets = [
  'target',
  'volume-url',
  'token',
  'os-cloud',
  'persona',
  'insecure',
  'cacert',
  'cert',
  'cert-key',
  'volume',
  'image',
  'flavor',
  'resize-flavor',
  'network',
  'availability-zone',
  'volume-type',
  'servers',
  'microversions',
  'rule',
  'case',
  'suite',
  'level',
  'runs',
  'length',
];

/** On the command line it would be without effect; a file may say it for other commands. */
function refuseTargetOptions(): void {
  const name = aboutTargets.find(isTyped);
  if (name !== undefined) {
    throw new UsageError(
      `--${name} goes with --mutants only: without it the embedded cloud plays the faults, see --fault`,
    );
  }
}

/** The faults of these names and kinds; all of them where none is named. */
function catalogueOf(names: readonly string[], kinds: readonly string[]): Mutant[] {
  const ids = faults.map(({ id }) => id);
  const tests = names.map(name => {
    const test = testFor(name, false);
    if (!ids.some(test)) throw new UsageError(unknownName('--fault', name, ids));
    return test;
  });
  const known = [...new Set<string>(faults.map(({ kind }) => kind))];
  const stranger = kinds.find(kind => !known.includes(kind));
  if (stranger !== undefined)
    throw new UsageError(`${unknownName('--kind', stranger, known)}; known: ${known.join(', ')}`);
  return faults
    .filter(({ id, kind }) => names.length + kinds.length === 0 || tests.some(test => test(id)) || kinds.includes(kind))
    .map(({ id, sentence, kind, breaks }) => ({ id, sentence, kind, breaks: [...breaks] }));
}

/** Few of the mutants that break all rules together: each time the one that breaks most of what is left, for what it costs. */
function coveringMutants(mutants: readonly Mutant[], costOf: (rules: readonly string[]) => number): Mutant[] {
  const open = new Set(mutants.flatMap(({ breaks }) => breaks));
  const chosen: Mutant[] = [];
  while (open.size > 0) {
    const gain = ({ breaks }: Mutant) => breaks.filter(rule => open.has(rule)).length / (1 + costOf(breaks));
    const best = mutants.reduce((one, other) => (gain(other) > gain(one) ? other : one));
    for (const rule of best.breaks) open.delete(rule);
    chosen.push(best);
  }
  return chosen;
}

/** So many of the mutants, of all kinds in turn, chosen by a seed. */
function sampleOf(mutants: readonly Mutant[], count: number, seed: number): Mutant[] {
  const rank = ({ id }: Mutant) => createHash('sha256').update(`${seed} ${id}`).digest('hex');
  const seen = new Map<string, number>();
  const turns = mutants
    .toSorted((one, other) => (rank(one) < rank(other) ? -1 : 1))
    .map(mutant => {
      const turn = seen.get(mutant.kind) ?? 0;
      seen.set(mutant.kind, turn + 1);
      return { mutant, turn };
    });
  return turns
    .toSorted((one, other) => one.turn - other.turn)
    .slice(0, count)
    .map(({ mutant }) => mutant);
}
