import { describe, expect, test } from 'vitest';
import { faults } from '../../cloud/cloud.ts';
import { judgeCloud } from './judge-cloud.ts';

// NOVASPEC_PROOF=all hunts every mistake that only a history or a race shows, from ten seeds, which takes half an hour.
const isWhole = process.env.NOVASPEC_PROOF === 'all';
const seeds = isWhole ? Array.from({ length: 10 }, (_, index) => index + 1) : [1];
const some = ['seq-third-attach-refused', 'race-two-winners'];
const hunted = faults.filter(
  ({ kind, id }) => ['sequence', 'concurrency'].includes(kind) && (isWhole || some.includes(id)),
);

describe.each(hunted.map(({ id, kind, breaks }) => ({ id, kind, breaks })))('$id', ({ id, kind, breaks }) => {
  test.each(seeds)('is found within a minute and shown by six commands at most, from seed %i', async seed => {
    const startedAt = Date.now();
    const histories = kind === 'sequence' ? 60 : undefined;
    const results = await judgeCloud(
      { faults: [id], delay: 0 },
      { rules: [...breaks], cases: isWhole || kind === 'concurrency' ? [] : ['history.settled[1]@*'], seed },
      {
        takers: 6,
        shrink: true,
        enough: judged => judged.some(({ history }) => history?.failure !== undefined),
        ...(histories === undefined ? {} : { histories }),
      },
    );
    const found = results.flatMap(({ history }) => history?.failure ?? []);
    const shortest = Math.min(...found.map(({ steps }) => steps.length));
    const text = found.find(({ steps }) => steps.length === shortest)?.steps.map(step => step.text);
    if (isWhole) process.stdout.write(`${id} ${seed} ${Date.now() - startedAt} ms ${text?.join('; ')}\n`);
    expect(shortest).toBeLessThanOrEqual(6);
  });
});
