import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { include: ['docs/examples/*.test.ts'] } });
