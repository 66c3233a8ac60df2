/**
 * Vitest setup: one private nats-server for the whole test run. Without one there is no test run: nothing is skipped.
 */
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type NatsAddress, openNatsServer } from '@dragon/federation';

declare module 'vitest' {
  interface ProvidedContext {
    readonly natsAddress: NatsAddress;
    /** Where the tests find the binary, should they start a server of their own. */
    readonly natsCacheFolder: string;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cacheFolder = join(project.config.root, '.cache', 'nats-server');
  const server = await openNatsServer({ env: process.env, cacheFolder });
  if ('advice' in server) throw new Error(`the tests need a nats-server: ${server.advice}`);
  project.provide('natsAddress', server.address);
  project.provide('natsCacheFolder', cacheFolder);
  return () => server.stop();
}
