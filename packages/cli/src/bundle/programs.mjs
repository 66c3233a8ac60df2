/** The programs of this project, bundled together: the command, what it starts, and the process of each service. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Name of a program, as a list of processes shows it, and the source file it begins with. */
const PROGRAMS = {
  dragon: 'packages/cli/src/main.ts',
  'run-worker': 'packages/cli/src/many-runs/run-worker.ts',
  'fuzz-worker': 'packages/cli/src/selftest/fuzz/fuzz-worker.ts',
  'run-coordinator': 'packages/cli/src/coordinator/coordinator-main.ts',
  'host-main': 'packages/cli/src/run/federate-main.ts',
};

/**
 * Returns name -> source file, relative to the root; services are found by their folders.
 *
 * @param {string} root
 * @returns {Record<string, string>}
 */
export function programsOf(root) {
  const services = readdirSync(join(root, 'services'))
    .map((name) => /** @type {const} */ ([`${name}-main`, `services/${name}/src/main.ts`]))
    .filter(([, source]) => existsSync(join(root, source)));
  return { ...PROGRAMS, ...Object.fromEntries(services) };
}
