import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Gate } from '../../src/target/gate.ts';

test('lets no more than its limit in, wave after wave, failures included', async () => {
  const gate = new Gate(3);
  let running = 0;
  let most = 0;
  const task = async (fails: boolean) => {
    running += 1;
    most = Math.max(most, running);
    await setImmediate();
    running -= 1;
    if (fails) throw new Error('task');
  };
  for (let wave = 0; wave < 3; wave += 1) {
    const tasks = Array.from({ length: 10 }, (_, index) => gate.run(() => task(index % 2 === 0)));
    const outcomes = await Promise.allSettled(tasks);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(5);
  }
  expect(most).toBe(3);
});
