import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Tests start whole commands and often wait for them; three at a time keep two cores busy.
    maxWorkers: 3,
    maxConcurrency: 10,
  },
});
