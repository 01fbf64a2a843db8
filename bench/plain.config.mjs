// @ts-check
import { defineConfig } from 'vitest/config';

/** As `novaspec run` configures vitest: one worker, many tests at once. */
export default defineConfig({
  test: {
    include: ['bench/plain.spec.mjs'],
    pool: 'threads',
    isolate: false,
    maxWorkers: 1,
    maxConcurrency: 16,
    passWithNoTests: true,
    reporters: ['dot'],
    testTimeout: 600_000,
    experimental: { viteModuleRunner: false, nodeLoader: false },
  },
});
