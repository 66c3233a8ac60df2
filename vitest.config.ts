/** Which files are tests, and how their result is printed. */
import { defineConfig } from 'vitest/config';
import { plainCount } from './test/setup/plain-count.ts';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'services/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    // Vitest would leave a CPU idle: of two that is half.
    maxWorkers: '100%',
    // Tests are not timed: this is what hangs.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    globalSetup: 'test/setup/nats-server.ts',
    reporters: ['default', plainCount],
  },
});
