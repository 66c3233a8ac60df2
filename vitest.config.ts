/** Which files are tests, and how their result is printed. */
import { defineConfig } from 'vitest/config';
import { plainCount } from './test/setup/plain-count.ts';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'services/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/bench/**'],
    globalSetup: 'test/setup/nats-server.ts',
    reporters: ['default', plainCount],
  },
});
