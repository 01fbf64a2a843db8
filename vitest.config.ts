import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take much longer than all others; one that begins late would keep a single core busy at the end. */
const longest = [
  'docs/commands.slow',
  'differential/differential.slow',
  'clients/clients.slow',
  'proof/quick',
  'cli/prove',
];

function rank({ moduleId }: TestSpecification): number {
  const place = longest.findIndex(name => moduleId.endsWith(`/tests/${name}.test.ts`));
  return place === -1 ? longest.length : place;
}

/** In a fresh clone vitest orders files by their size, which says nothing of how long they take. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- a sequencer's
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Tests start whole commands and often wait for them; three at a time keep two cores busy.
    maxWorkers: 3,
    // No test changes what others import, and importing it all for each file would take a minute.
    isolate: false,
    maxConcurrency: 10,
    sequence: { sequencer: LongestFirst },
  },
});
