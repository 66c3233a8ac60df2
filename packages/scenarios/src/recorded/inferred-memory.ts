/**
 * Memory of the machine and the tasks that take it, inferred from a trace. What was free at the start cannot be seen in
 * one, nor what a task took while there was plenty: both are left out together. The run begins with a little more than
 * LOW, and who takes anonymous memory begins shortly before kswapd was first woken and takes what reclaim gave from
 * then on, less what went to the page cache.
 */
import { MILLISECOND, type VirtualTime } from '@dragon/engine';
import { type Doubt, namesOf } from './doubt.ts';
import { markedSize } from './marked-size.ts';
import type { RecordedFacts, RecordedReclaimer } from '@dragon/kernel';
import type { WorkloadMemory, WorkloadTask } from './workload.ts';

export interface InferredMemory {
  readonly memory: WorkloadMemory | undefined;
  readonly tasks: readonly WorkloadTask[];
  /** Pages of the page cache that a removing task's files took, by its pid. */
  readonly written: ReadonlyMap<number, number>;
  readonly doubts: readonly Doubt[];
}

const KIB_PER_PAGE = 4;

/** Pages that a machine has for its kernel, its programs and the buffers of the file system: estimated. */
const OTHER_PAGES = 30_000;

/** An inode with its dentry: 1.2 KiB. */
const PAGES_PER_INODE = 0.3;

/** LOW is a quarter above MIN, and HIGH two. mm/page_alloc.c __setup_per_zone_wmarks. */
const LOW = 1.25;
const HIGH = 1.5;

/** Pages that a machine of `OTHER_PAGES` and a little more keeps, if no event tells: about 4 MiB. */
const MIN_PAGES = 1_024;

/**
 * A task takes a chunk of 1 MiB, and sleeps: some 65 pages a millisecond, others' share of the CPU included. Estimated.
 */
const CHUNK = 256;
const PAUSE_MS = 2;
const PAGES_PER_MS = 65;
/** So long before kswapd wakes, the tasks that want memory begin. */
const LEAD_MS = 200;

/** A stream goes in chunks of 256 KiB with a short sleep between. Estimated. */
const STREAM_CHUNK = 64;
const STREAM_PAUSE_MS = 0.3;

/** Of those that want memory for the same, whoever has reclaimed so much less than the first is left out. */
const SHARE = 0.15;
const LEAST = 3;

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
/** Pages that it reclaimed by itself; at least one each time. */
const needOf = ({ pages, anonymous, written, read, other }: RecordedReclaimer): number =>
  Math.max(pages, anonymous + written + read + other);
const cacheOf = ({ written, read }: RecordedReclaimer): number => written + read;

/** `removers`: pids of the tasks that remove files. */
export function inferredMemory(facts: RecordedFacts, removers: ReadonlySet<number>): InferredMemory {
  const { demand, firstAt } = facts;
  const users = demand.reclaimers.filter(({ kernelThread }) => !kernelThread);
  const hogs = foremost(users, ({ anonymous }) => anonymous).filter(({ pid }) => !removers.has(pid));
  const cachers = foremost(users, cacheOf);
  const streams = cachers.filter(({ pid }) => !removers.has(pid) && !hogs.some((hog) => hog.pid === pid));
  const shortAt = demand.kswapdWokenAt ?? demand.directAt;
  const marked = facts.marks.flatMap((mark) => markedSize(mark) ?? []);
  if (shortAt === undefined && demand.evicted === 0 && marked.length === 0) return NO_CONCERN;

  const minPages = demand.minWmark ?? MIN_PAGES;
  const low = Math.round(minPages * LOW);
  // What was free in the end was not taken.
  const left = Math.max(0, (demand.lastFree ?? low) - low);
  const given = Math.max(0, demand.reclaimed * PAGES_PER_INODE + demand.lruPages - left);
  /** Kswapd's pages go to whom it was waked for, in proportion to what each had to reclaim by himself. */
  const pagesOf = (task: RecordedReclaimer): number =>
    Math.round((given * needOf(task)) / Math.max(1, sum(demand.reclaimers.map(needOf))));
  const since = (at: VirtualTime): number => Math.max(0, Math.round((at - firstAt) / 1_000) / 1_000);
  const beginsAt = (task: RecordedReclaimer): number =>
    // Who wants memory as soon as it is short may have begun at any time before.
    task.from - (demand.directAt ?? task.from) < 50 * MILLISECOND ? (shortAt ?? task.from) : task.from;

  const leadMs = shortAt === undefined ? 0 : Math.min(LEAD_MS, since(shortAt));
  const leadPages = Math.round(leadMs * PAGES_PER_MS);
  let free =
    (hogs.length === 0 ? Math.round(minPages * HIGH) : low) +
    (hogs.some(({ comm }) => !marked.some((mark) => mark.comm === comm)) ? leadPages : 0);
  const doubts: Doubt[] = [
    { text: 'how much memory the machine has, and what of it was free', wouldTell: '/proc/meminfo, for --workload' },
  ];
  const tasks: WorkloadTask[] = [];
  for (const hog of hogs) {
    const { comm, cpu } = hog;
    const share = pagesOf(hog);
    const mark = marked.find((each) => each.comm === comm);
    const startMs = mark === undefined ? Math.max(0, since(beginsAt(hog)) - leadMs) : since(mark.at);
    const pages = mark === undefined ? share + Math.round(leadPages / hogs.length) : mark.pages;
    // What it took while there was plenty.
    if (mark !== undefined)
      free += Math.min(mark.pages, Math.round(Math.max(0, since(shortAt ?? mark.at) - since(mark.at)) * PAGES_PER_MS));
    else
      doubts.push({
        text: `how much memory ${comm}-${hog.pid} takes: ${mib(pages)}, as much as reclaim gave`,
        wouldTell: `a mark '${comm} start N MiB'`,
      });
    if (demand.oomKilled.includes(hog.pid))
      doubts.push({ text: `${comm}-${hog.pid} was killed: it wanted more than it got`, wouldTell: '--workload' });
    tasks.push({
      kind: 'allocate',
      comm,
      cpu,
      startMs,
      pages: Math.max(1, pages),
      chunk: CHUNK,
      pauseMs: [[0, PAUSE_MS]],
    });
  }
  for (const task of streams) {
    const { comm, cpu, written, read } = task;
    const mark = marked.find((each) => each.comm === comm);
    const readBack = written > 0 && read > written * SHARE;
    const pages = mark?.pages ?? Math.ceil(pagesOf(task) / (readBack ? 2 : 1));
    if (mark === undefined)
      doubts.push({
        text: `how large the file of ${comm}-${task.pid} is: ${mib(pages)}, as much page cache as was reclaimed`,
        wouldTell: `a mark '${comm} start N MiB'`,
      });
    const startMs = since(mark?.at ?? beginsAt(task));
    tasks.push({
      kind: 'stream',
      comm,
      cpu,
      startMs,
      pages: Math.max(1, pages),
      chunk: STREAM_CHUNK,
      readBack,
      pauseMs: [[0, STREAM_PAUSE_MS]],
    });
  }
  for (const { comm, pages } of marked)
    if (!tasks.some((task) => task.comm === comm))
      doubts.push({
        text: `what ${comm} does with the ${mib(pages)} that a mark names: it is left out`,
        wouldTell: 'vmscan:mm_vmscan_direct_reclaim_begin',
      });
  const known = new Set([...hogs, ...streams].map(({ pid }) => pid));
  const others = users.filter(({ pid }) => !known.has(pid) && !removers.has(pid));
  if (others.length > 0)
    doubts.push({
      text: `${namesOf(others)}: tasks that had to reclaim now and then are left out`,
      wouldTell: '--workload',
    });
  if (tasks.length === 0 && shortAt !== undefined)
    doubts.push({ text: 'who takes memory', wouldTell: 'vmscan:mm_vmscan_direct_reclaim_begin' });
  if (demand.minWmark === undefined)
    doubts.push({ text: `the min watermark: ${mib(MIN_PAGES)} assumed`, wouldTell: 'oom:reclaim_retry_zone' });
  if (demand.cacheItems === undefined && demand.evicted > 0)
    doubts.push({
      text: 'how many inodes are in the cache: as many as reclaim evicted',
      wouldTell: 'vmscan:mm_shrink_slab_start',
    });
  const cachedInodes = Math.max(
    0,
    (demand.cacheItems ?? demand.evicted + demand.reclaimableThen) - demand.reclaimableThen,
  );
  const evicted = demand.evicted + demand.evictedClean;
  const pageCachePages = cachers.length === 0 ? demand.lruPages + (demand.leastCache ?? 0) : 0;
  const memory: WorkloadMemory = {
    managedPages: free + Math.ceil(cachedInodes * PAGES_PER_INODE) + pageCachePages + OTHER_PAGES,
    freePages: free,
    ...(demand.minWmark === undefined ? {} : { minFreeKbytes: demand.minWmark * KIB_PER_PAGE }),
    pageCachePages,
    cachedInodes,
    needInactivationPercent: evicted === 0 ? 0 : Math.round((demand.evicted * 100) / evicted),
  };
  const written = new Map(cachers.filter(({ pid }) => removers.has(pid)).map((task) => [task.pid, pagesOf(task)]));
  return { memory, tasks, written, doubts };
}

const NO_CONCERN: InferredMemory = { memory: undefined, tasks: [], written: new Map(), doubts: [] };

const mib = (pages: number): string => `${Math.ceil(pages / 256)} MiB`;

/** Those that want most of something, and whoever wants nearly as much. */
function foremost(
  tasks: readonly RecordedReclaimer[],
  wants: (task: RecordedReclaimer) => number,
): RecordedReclaimer[] {
  const most = Math.max(0, ...tasks.map(wants));
  if (most < LEAST) return tasks.filter((task) => wants(task) > 0).slice(0, 1);
  return tasks.filter((task) => wants(task) >= most * SHARE);
}
