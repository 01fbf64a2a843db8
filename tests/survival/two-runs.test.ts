import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reportIn } from '../cli/command.ts';
import { attachIn, openSurvivalBench, type SurvivalBench } from './bench.ts';

test('two runs at once in one project: both pass, and neither deletes or acts on what the other one made', async () => {
  /** Token -> ids of what was changed with it. */
  const changed = new Map<string, Set<string>>();
  const bench = await openSurvivalBench(
    {},
    {
      answer: ({ method, path, headers }) => {
        const [, id] = /\/(?:servers|volumes)\/([^/?]+)/.exec(path) ?? [];
        const token = String(headers['x-auth-token']);
        if (id !== undefined && method !== 'GET') changed.set(token, (changed.get(token) ?? new Set()).add(id));
        return undefined;
      },
    },
  );
  // The first one cleans up while the second one is at work.
  const situations = ['paused', 'stopped', 'suspended', 'rescued', 'shelved', 'shelved_offloaded', 'error'];
  const runs = [bench.start(attachIn('paused', 'deleted'), 'one'), bench.start(attachIn(...situations), 'two')];
  for (const { ended } of runs) expect(await ended).toMatchObject({ code: 0, stderr: '' });
  const made = ['one', 'two'].map(out => madeBy(bench, out));
  for (const out of ['one', 'two']) {
    expect(new Set(reportIn(join(bench.folder, out)).cases.map(({ verdict }) => verdict))).toEqual(new Set(['pass']));
  }
  expect(changed.size).toBeGreaterThan(1);
  for (const ids of changed.values()) {
    expect(made.filter(own => [...ids].every(id => own.has(id)))).toHaveLength(1);
  }
  expect(await bench.left()).toEqual([]);
  await bench.expectStrangers();
});

/** Ids in the ledger of a run. */
function madeBy({ folder }: SurvivalBench, out: string): Set<string> {
  const lines = readFileSync(join(folder, out, 'ledger.jsonl'), 'utf8')
    .trim()
    .split('\n');
  return new Set(lines.flatMap(line => (JSON.parse(line) as { id?: string }).id ?? []));
}
