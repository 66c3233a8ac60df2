/** SimPy, the simulator that Python programmers use, if this machine has it. */
import { spawnSync } from 'node:child_process';

export interface SimPy {
  readonly python: string;
  /** As in `SimPy 3.0.11 on Python 3.11.2`. */
  readonly version: string;
}

/** Debian's packages are for its own Python, which need not be the first on the path. */
const PYTHONS = ['python3', '/usr/bin/python3'];

const LOOK = `
import platform, simpy
assert int(simpy.__version__[0]) >= 3
print(f"SimPy {simpy.__version__} on Python {platform.python_version()}", end="")`;

/** Returns the first Python that has SimPy 3 or newer; undefined if none has. */
export function findSimPy(): SimPy | undefined {
  for (const python of PYTHONS) {
    const { status, stdout } = spawnSync(python, ['-c', LOOK], { encoding: 'utf8' });
    if (status === 0) return { python, version: stdout };
  }
  return undefined;
}
