/** The program of a host, as hosts and commands tell each other of it. */
import { createHash } from 'node:crypto';
import type { HostProgram } from '@dragon/federation';
import type { BundledProgram } from '../bundle/bundled-programs.ts';
import { PROGRAM } from '../program-version.ts';

/** Returns the version of what hosts make runs with, and a hash of all its code. */
export function hostProgram(programNamed: (name: string) => BundledProgram): HostProgram {
  const hash = createHash('sha256');
  for (const name of ['host-main', 'run-worker']) hash.update(programNamed(name).version);
  return { version: PROGRAM, sources: hash.digest('hex').slice(0, 16) };
}
