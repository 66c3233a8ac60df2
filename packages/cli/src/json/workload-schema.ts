/**
 * Schema of workloads, as `conform --simulate` reads them with `--workload` and writes them with `--write-workload`.
 */
import { groupsOf } from '@dragon/kernel';
import { type Workload, WORKLOAD_FORMAT, WORKLOAD_VERSION } from '@dragon/scenarios';
import { z } from 'zod';

export const WORKLOAD = 'workload';

const MOST_MS = 86_400_000;
const MOST_PAGES = 1_073_741_824;
const MOST_FILES = 4_000_000;

const ms = z.number().min(0).max(MOST_MS);
const pages = z.int().min(1).max(MOST_PAGES);
const files = z.int().min(1).max(MOST_FILES);
const group = z.int().min(0).max(1_023);
const ag = z
  .union([
    group,
    z
      .array(z.strictObject({ ag: group, files }))
      .min(1)
      .max(1_000),
  ])
  .describe('the allocation group of its files; or how many are in which, one after the other: the last has the rest');
const pauseMs = z
  .array(z.tuple([z.number().min(0).max(1), ms]))
  .min(1)
  .max(1_000)
  .refine(rises, 'not probabilities from 0 to 1 with times that rise')
  .describe('how long it sleeps: [[0, ms]] if always as long, else ms at rising probabilities from 0 to 1');

/** One point, or points from probability 0 to 1. */
function rises(points: readonly (readonly [number, number])[]): boolean {
  if (points.length === 1) return true;
  if (points[0]?.[0] !== 0 || points.at(-1)?.[0] !== 1) return false;
  return points.every(
    ([p, time], i) => i === 0 || (p > (points[i - 1]?.[0] ?? 0) && time >= (points[i - 1]?.[1] ?? 0)),
  );
}

const TASK = {
  comm: z.string().min(1).max(64).describe('its name'),
  cpu: z.int().min(0).max(1_023).describe('the CPU that it begins on'),
  startMs: ms.describe('when it begins'),
};

const TASKS = [
  z
    .strictObject({
      kind: z.literal('unlink'),
      ...TASK,
      files,
      fate: z
        .enum(['clean', 'postEof', 'unlinked', 'unlinkedEmpty'])
        .describe('what each inode needs when it goes: unlinked has data, unlinkedEmpty has none'),
      ag,
      pauseMs: pauseMs.optional(),
      statfs: z.boolean().optional().describe('it calls statfs at its end'),
    })
    .describe('unlinks files, with a sleep after each if it has a pause'),
  z
    .strictObject({
      kind: z.literal('churn'),
      ...TASK,
      files,
      window: z.int().min(1).max(MOST_FILES).describe('so many newer files are there when one is removed'),
      burst: z.int().min(1).max(MOST_FILES).describe('files that it makes before it sleeps'),
      pages: pages.describe('of each file'),
      ag,
      pauseMs,
    })
    .describe('makes files and removes each some time later'),
  z
    .strictObject({ kind: z.literal('allocate'), ...TASK, pages, chunk: pages, pauseMs })
    .describe('takes anonymous memory, chunk by chunk with a sleep between, and keeps it'),
  z
    .strictObject({ kind: z.literal('stream'), ...TASK, pages, chunk: pages, readBack: z.boolean(), pauseMs })
    .describe('writes a file chunk by chunk with a sleep between, and may read it back'),
  z
    .strictObject({ kind: z.literal('fsync'), ...TASK, datasync: z.boolean().describe('it calls fdatasync'), pauseMs })
    .describe('writes a page of its file in place and calls fsync, with a sleep after each'),
  z.strictObject({ kind: z.literal('drop-caches'), ...TASK }).describe('echo 2 > /proc/sys/vm/drop_caches'),
  z.strictObject({ kind: z.literal('freeze'), ...TASK, forMs: ms }).describe('freezes the file system for so long'),
  z.strictObject({ kind: z.literal('unmount'), ...TASK }).describe('unmounts the file system'),
] as const;

const MEMORY = z
  .strictObject({
    managedPages: pages,
    freePages: z.int().min(0).max(MOST_PAGES),
    minFreeKbytes: z
      .int()
      .min(1)
      .max(MOST_PAGES)
      .optional()
      .describe('vm.min_free_kbytes; what the kernel makes of the size if it is not there'),
    pageCachePages: z.int().min(0).max(MOST_PAGES).describe('clean page cache of files that stay open'),
    cachedInodes: z.int().min(0).max(2_000_000).describe('closed inodes in the cache'),
    needInactivationPercent: z.number().min(0).max(100).describe('how many of a hundred need inactivation'),
  })
  .describe('at the start; without it memory is no concern');

export const workloadSchema = z
  .strictObject({
    format: z.literal(WORKLOAD_FORMAT),
    version: z.literal(WORKLOAD_VERSION),
    cpus: z.int().min(1).max(1_024),
    oneHostThread: z
      .boolean()
      .optional()
      .describe('the CPUs are virtual, and run in turn on one thread of their host; not so if absent'),
    forMs: z.number().min(1).max(MOST_MS).describe('how long the run is'),
    ags: z.int().min(1).max(1_024).describe('allocation groups of the file system'),
    memory: MEMORY.optional(),
    tasks: z.array(z.discriminatedUnion('kind', TASKS)).min(1).max(1_000),
  })
  .refine(({ cpus, tasks }) => tasks.every(({ cpu }) => cpu < cpus), {
    path: ['tasks'],
    message: 'one has a cpu that is not below cpus',
  })
  .refine(({ ags, tasks }) => tasks.every((task) => !('ag' in task) || groupsOf(task.ag).every((each) => each < ags)), {
    path: ['tasks'],
    message: 'one has an ag that is not below ags',
  })
  .describe('a workload: times in milliseconds, sizes in pages of 4 KiB') satisfies z.ZodType<Workload>;
