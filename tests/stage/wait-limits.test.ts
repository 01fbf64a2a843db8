import { expect, test } from 'vitest';
import { loadContract } from '../../src/contract/load.ts';
import { limitWaits } from '../../src/stage/wait-limits.ts';

test.each([
  [2, { server_build: 2, server_delete: 2, attach: 2, server_settle: 2, detach_unlist: 2 }],
  [600, { server_build: 600, server_delete: 600, attach: 600, server_settle: 5, detach_unlist: 10 }],
])('%d s: waits get that limit, pauses become no longer, the whole clean-up stays', (seconds, changed) => {
  const { limits } = loadContract().data.stage;
  const { clean_up, creation_shows } = limits;
  limitWaits(limits, seconds);
  expect(limits).toMatchObject({ ...changed, clean_up, creation_shows });
});
