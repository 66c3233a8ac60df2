/** Which files are tests, and how their result is printed. */
import { defineConfig } from 'vitest/config';
import { plainCount } from './test/setup/plain-count.ts';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'services/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    // Vitest would leave a CPU idle: of two that is half.
    maxWorkers: '100%',
    // A worker keeps the modules that it has loaded: to start a process and to load them again for each of hundreds of
    // files took a quarter of the time. What they keep, they may keep: a run depends on nothing but its plan.
    isolate: false,
    // Tests are not timed: this is what hangs.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    globalSetup: 'test/setup/nats-server.ts',
    reporters: ['default', plainCount],
  },
});
