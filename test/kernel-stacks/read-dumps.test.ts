/** What real dumps tell: at each wait that was provoked on purpose, the reading of its stack names that wait. */
import { expect, test } from 'vitest';
import { stackReading } from '../../packages/kernel/src/stacks/stack-reading.fixture.ts';
import { realStacks } from './real-stacks.ts';

const WORKER = 'inodegc work, inodegc works, inactivation';
const TRANSACTION = 'sb_internal R, log space';
const EVICTING = 'I_NEW or I_FREEING, s_umount R, shrinker_rwsem R';

test('dumps of Linux 6.1.192, each at a wait that is known', () => {
  const found = realStacks('linux-6.1.192.txt').map(
    ({ source, comm, functions }) => `${source.split(' ')[0]} ${comm}: ${stackReading(functions, '6.1.0-56-amd64')}`,
  );
  expect(found).toEqual([
    `a. kswapd0: inodegc work; holds ${EVICTING}, pfmemalloc_wait`,
    `b. hog2: inodegc work; holds ${EVICTING}, mmap_lock R`,
    `c. bash: inodegc work; holds ${EVICTING}`,
    'c2. closer: inodegc work',
    'c3. umount: inodegc work; holds I_NEW or I_FREEING, s_umount W',
    `d. rm: AGI; holds ${TRANSACTION}, ILOCK W, sb_writers R, i_rwsem W`,
    `d2. touch: AGI; holds ${TRANSACTION}, sb_writers R, i_rwsem W`,
    'd3. rm: inactivation; holds i_rwsem R',
    `e1. kworker/0:1: AGF; holds ${TRANSACTION}, ILOCK W, ${WORKER}`,
    `e2. kworker/1:1: AGI; holds ${TRANSACTION}, ILOCK W, ${WORKER}`,
    `e3. kworker/0:1: AGF; holds ${TRANSACTION}, ILOCK W, ${WORKER}`,
    'f1. fsfreeze: inodegc works; holds s_umount W, sb_writers W, sb_pagefault W',
    'f2. fsfreeze: s_umount W',
    'f3. sync: s_umount R',
    'f4. bash: s_umount R',
    'f5. writer: sb_writers R',
    'f6. rm: sb_writers R',
    'f7. closer: sb_internal R',
    'g1. mount: shrinker_rwsem W',
    'g2. umount: shrinker_rwsem W; holds s_umount W',
    'j1. victim: pfmemalloc_wait, killable; holds mmap_lock R',
    'j2. dd: dirty throttle, timed; holds sb_writers R, IOLOCK W',
    `j3. creat1: CIL space; holds ${TRANSACTION}, sb_writers R, i_rwsem W`,
    'j4. kworker/u4:0: iclog; holds CIL space, CIL order, log force',
    'j6. ls: buffer I/O; holds i_rwsem R',
    'j7. fsync: folio writeback',
    `Z. kworker/0:0: AGI; holds ${TRANSACTION}, ILOCK W, ${WORKER}`,
    'Z. closer2: inodegc work',
    'Z. scrub: shrinker_rwsem W; holds kernfs active',
  ]);
});

test('reports of other kernels', () => {
  const found = realStacks('public-reports.txt')
    .map(({ source, comm, functions }) => {
      const release = source.split(' ').at(-1) ?? '';
      return `${release} ${comm}: ${stackReading(functions, release)}`;
    })
    .filter((text) => !text.includes(': runs'));
  expect(found).toEqual([
    `6.1 kworker/0:1: inodegc work; holds ${EVICTING}, ${WORKER}`,
    '5.14-rc4 738: sb_internal R; holds s_umount R, shrinker_rwsem R',
    '5.14-rc4 xfs_io: s_umount W',
    `5.15.35 kworker/66:1: AGI; holds ${TRANSACTION}, ILOCK W, ${WORKER}`,
    '5.15.35 C2 CompilerThre: inodegc work',
    '6.2-rc1 kworker/3:1H: s_umount W',
    `4.18 unlink: AGI; holds ${TRANSACTION}, ILOCK W`,
    `4.18 unlink: AGF; holds ${TRANSACTION}, ILOCK W`,
    `4.18 unlink: AGF; holds ${TRANSACTION}, AGI, ILOCK W`,
    '5.19 readlink: reclaim throttle, timed; holds i_rwsem R',
  ]);
});
