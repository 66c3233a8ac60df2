/**
 * Glossary of this project: what its reports, its help and its docs say, explained. The docs have it as
 * `docs/glossary.md`.
 */
import type { GlossaryPart } from './glossary-part.ts';
import { LOG_GLOSSARY } from './log-glossary.ts';
import { SIMULATION_GLOSSARY } from './simulation-glossary.ts';

export const GLOSSARY: readonly GlossaryPart[] = [
  SIMULATION_GLOSSARY,
  {
    title: 'Kernel (Linux 6.1 unless said)',
    entries: [
      { terms: ['node'], meaning: 'a NUMA node; never an operating-system process' },
      { terms: ['worker', 'kworker'], meaning: 'a kworker: a kernel thread that runs work items' },
      { terms: ['inodegc'], meaning: 'XFS background inactivation: per-CPU queues of inodes and one work item each' },
      {
        terms: ['inactivation'],
        meaning:
          'what an inode needs before its memory can go: freeing its blocks past end of file, or everything if it was unlinked',
      },
      {
        terms: ['AG', 'AGI', 'AGF'],
        meaning:
          'allocation group; the buffers that head its inode and its free space indexes, each locked by a semaphore',
      },
      { terms: ['EIO'], meaning: 'error 5: a read or a write of the disk has failed; `fail-disk` makes some fail' },
      {
        terms: ['shutdown'],
        meaning:
          'XFS gives a mount up after an error that it cannot take back (xfs_force_shutdown): whoever comes is told EIO, nothing is written any more, inodes are freed without transactions',
      },
      { terms: ['shrinker'], meaning: "a cache's callbacks to count and to free objects" },
      {
        terms: ['shrinker_rwsem'],
        meaning: 'protects the list of shrinkers up to 6.6: walkers read (trylock), register and unregister write',
      },
      { terms: ['kswapd'], meaning: 'the reclaim thread of a node; the other way is direct reclaim' },
      { terms: ['priority'], meaning: '12 down to 0: a list is scanned by its size >> priority' },
      { terms: ['throttle'], meaning: 'xfs_inodegc_queue makes its caller wait for the worker' },
      { terms: ['flush'], meaning: 'wait until a work item has done what was queued' },
      {
        terms: ['shrinkerHits'],
        meaning:
          'how often the inodegc shrinker has kicked a queue since its worker last started; above 0 everybody who queues is throttled',
      },
      { terms: ['post-EOF blocks'], meaning: 'speculative preallocation behind the end of a file' },
      { terms: ['online repair'], meaning: 'xfs_scrub rebuilding an index while the file system is mounted' },
      { terms: ['khungtaskd'], meaning: 'reports threads in uninterruptible sleep for more than 120 s' },
      {
        terms: ['NOFS'],
        meaning: 'an allocation that must not enter the file system; the superblock shrinker stops for it at once',
      },
      {
        terms: ['census', 'inode census'],
        meaning:
          'how many inodes and pages there are at an instant, and where; of inodes: in use, behind a dentry, with page cache, on the LRU, being freed, pinned, dirty, clean, waiting for RCU',
      },
      {
        terms: ['unaccounted', 'in no count'],
        meaning:
          "on the way to be free and in no count: evicted, queued for inactivation, in a worker's batch, waiting for RCU",
      },
      {
        terms: ['barrier'],
        meaning: 'what a flush puts behind the work it waits for; it *slips* when the work is queued again behind it',
      },
      {
        terms: ['watermark boost', 'boost'],
        meaning: 'pages by which all watermarks are raised after page blocks of another migrate type were taken',
      },
      { terms: ['hopeless'], meaning: 'a node whose kswapd has failed 16 times: it sleeps, direct reclaim takes over' },
      {
        terms: ['shrinker credit'],
        meaning:
          "pages freed in the reclaimer's own context (`reclaim_state`): all that counts as progress beside the LRU",
      },
      {
        terms: ['worst stall'],
        meaning:
          'the longest time that kswapd spent in one call of prune_icache_sb, or waited for an inodegc worker outside of it; of an allocation, its longest stall',
      },
      {
        terms: ['direct reclaim'],
        meaning: 'a task reclaims for itself, because its allocation found too little free memory',
      },
      {
        terms: ['allocation stall'],
        meaning: 'from where an allocation takes the slow path until it has its pages, or fails',
      },
      {
        terms: ['memory back'],
        meaning: 'from where free memory first falls below the low watermark until it is above it for good',
      },
      { terms: ['offCpu'], meaning: 'a thread that sleeps or waits for a CPU: it has given the CPU to others' },
      { terms: ['jiffy'], meaning: "the tick of the kernel's timers: 1/HZ s, 4 ms with HZ=250" },
      {
        terms: ['delayed work'],
        meaning: 'a work item that is queued when its timer fires; `mod_delayed_work` moves that instant',
      },
      {
        terms: ['delegation'],
        meaning:
          'a promise of an NFS server to tell its client before a file changes; the client gives it back, and waits for the answer, when it evicts the inode',
      },
      {
        terms: ['slow path'],
        meaning:
          'where an allocation goes when no free page is at hand: it wakes kswapd, reclaims, may call the OOM killer',
      },
      {
        terms: ['drop_caches'],
        meaning: 'the sysctl that walks all shrinkers in the task that writes to it; it is not reclaim',
      },
      {
        terms: ['RCU'],
        meaning: 'read-copy-update: freed only after a grace period, when nobody can still be reading it',
      },
      {
        terms: ['s_umount'],
        meaning:
          'the read-write semaphore of a mounted file system: its shrinker tries it for reading, umount and freeze hold it for writing',
      },
      { terms: ['ILOCK'], meaning: "the lock of an XFS inode's metadata, a read-write semaphore" },
      {
        terms: ['sb_writers'],
        meaning:
          'the counter of system calls that are writing; a freeze of the file system waits for those inside, and keeps the rest out until the thaw',
      },
      {
        terms: ['sb_pagefault'],
        meaning: 'the same of faults that make a mapped page writable',
      },
      {
        terms: ['sb_internal'],
        meaning: 'the counter of running transactions that a freeze of the file system waits for',
      },
      { terms: ['D state'], meaning: 'uninterruptible sleep: no signal ends it, and khungtaskd counts it' },
      {
        terms: ['lockdep'],
        meaning:
          "the kernel's checker of lock orders; it sees locks, not what waits for a work item that is already queued",
      },
    ],
  },
  LOG_GLOSSARY,
];
