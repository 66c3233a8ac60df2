/** The program of a host, as hosts and commands tell each other of it. */
import type { HostProgram } from '@dragon/federation';
import type { BundledProgram } from '../bundle/bundled-programs.ts';
import { PROGRAM } from '../program-version.ts';

/** Returns the version of what hosts make runs with, and a hash of all its code. */
export function hostProgram(programNamed: (name: string) => BundledProgram): HostProgram {
  return { version: PROGRAM, sources: programNamed('host-main').version };
}
