import { defineConfig } from 'vitest/config';

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
  },
});
