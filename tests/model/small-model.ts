import { loadContract } from '../../src/contract/load.ts';
import type { RequestCommand } from '../../src/model/command.ts';
import { Model } from '../../src/model/model.ts';
import { everything } from '../../src/plan/capabilities.ts';

export const contract = loadContract();

/** The model of a target that offers everything, at the microversions where something changes. */
export function wholeModel(): Model {
  return new Model(contract, {
    capabilities: everything(contract),
    microversions: [...contract.classes, '2.100', contract.newest],
    values: { resize_flavor_id: '2' },
  });
}

/** A request of a rule, about a server and volume by number. */
export function ask(rule: string, server: number | null = 0, volume: number | null = 0): RequestCommand {
  return { ask: rule, server, volume };
}
