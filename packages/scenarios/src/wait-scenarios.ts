/** The scenarios of those who wait beside reclaim: whoever asks, closes or removes behind inodegc workers. */
import { MILLISECOND } from '@dragon/engine';
import { countParameter, instantParameter } from './own-parameters.ts';
import type { OwnParameter } from './scenario.ts';
import { closer, statfs, unlinker } from './threads.ts';
import type { WorldSpec } from './world.ts';

type Valued<Own> = { readonly [Key in keyof Own]: number };

/**
 * A file in many pieces takes long to inactivate, so a worker has a batch for seconds. rm fills the queue of CPU 0 and
 * waits for it; on the same CPU files are closed that were removed while open, and on the others somebody asks how full
 * the file system is.
 */
export function fragmentedFiles(cpus: number, values: Valued<typeof FRAGMENTED_FILES>): WorldSpec {
  const { files, truncate, closes, at, monitors } = values;
  return {
    free: 200_000,
    kswapdCpus: [0],
    threads: [
      unlinker(0, 0, 0, files, [1, 2]),
      closer(0, 0, 1, closes, [at / MILLISECOND, at / MILLISECOND + 10]),
      ...Array.from({ length: monitors }, (_, i) => statfs(i, (i + 1) % cpus, cpus, 50, [100, 110])),
    ],
    latency: { truncate: { kind: 'uniform', min: truncate, max: Math.floor(1.2 * truncate) } },
  };
}

const TRUNCATE: OwnParameter = {
  about: 'how long it takes to free the blocks of a file, at least',
  unit: 'time',
  usual: 10 * MILLISECOND,
  least: 1,
  most: 60_000 * MILLISECOND,
};

export const FRAGMENTED_FILES = {
  files: countParameter('files in many pieces that rm -rf removes', 600, 50_000),
  truncate: TRUNCATE,
  closes: countParameter('files, unlinked while open, that are closed meanwhile', 40, 50_000),
  at: instantParameter('when they are closed', 1_000),
  monitors: countParameter('tasks that call statfs, 50 times each', 2, 256, 0),
};
