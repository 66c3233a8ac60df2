/**
 * The workload of a real trace, inferred from its events: who removes files, who wants memory, who does what else, on
 * which machine. What cannot be seen is told; a task whose kind is not known is named, not guessed.
 */
import { MILLISECOND, type VirtualTime } from '@dragon/engine';
import { type Doubt, namesOf } from './doubt.ts';
import { inferredMemory } from './inferred-memory.ts';
import { inferredRemovals } from './inferred-removals.ts';
import type { RecordedDeed, RecordedFacts } from '@dragon/kernel';
import { type Workload, WORKLOAD_FORMAT, WORKLOAD_VERSION, type WorkloadTask } from './workload.ts';

export interface InferredWorkload {
  readonly workload: Workload;
  readonly doubts: readonly Doubt[];
  /** Time from one file to the next of a task that only unlinks; undefined if there was none. */
  readonly cycle: VirtualTime | undefined;
}

/** A trace may be of two boots, or its clock nonsense: nothing is run for longer than a day. */
const MOST_MS = 86_400_000;

/** Both are observed for as long, but for what the run may be behind. */
const SLACK = 100 * MILLISECOND;

/** Returns the workload; its tasks are none where the trace tells of none. */
export function inferredWorkload(facts: RecordedFacts): InferredWorkload {
  const forMs = Math.min(MOST_MS, Math.ceil((facts.lastAt - facts.firstAt + SLACK) / 1_000_000));
  const removals = inferredRemovals(facts);
  const removers = new Set(facts.removals.map(({ pid }) => pid));
  const memory = inferredMemory(facts, removers);
  const deeds = inferredDeeds(facts);
  const doubts = [...removals.doubts, ...memory.doubts, ...deeds.doubts];
  const tasks = [
    ...removals.tasks.map((task) => withPages(task, facts, memory.written)),
    ...memory.tasks,
    ...deeds.tasks,
  ];
  if (facts.cpus > 1 && facts.oneHostThread === undefined)
    doubts.push({
      text: 'whether its CPUs run at a time, or share a thread of a host: too little happens on several; they run at a time',
      wouldTell: '--workload',
    });
  if (!facts.events.has('xfs_inode_set_need_inactive'))
    doubts.push({
      text: facts.events.has('xfs_inodegc_queue')
        ? 'which inodes are queued, and of which kind: unlinked files with data are assumed'
        : 'who queues inodes',
      wouldTell: 'xfs:xfs_inode_set_need_inactive',
    });
  return {
    workload: {
      format: WORKLOAD_FORMAT,
      version: WORKLOAD_VERSION,
      cpus: facts.cpus,
      ...(facts.oneHostThread === true ? { oneHostThread: true } : {}),
      forMs,
      ags: removals.ags,
      ...(memory.memory === undefined ? {} : { memory: memory.memory }),
      tasks: tasks.filter(({ startMs }) => startMs <= forMs).sort((a, b) => a.startMs - b.startMs),
    },
    doubts,
    cycle: removals.cycle,
  };
}

/**
 * The pages of a file that a churning task writes: its share of the page cache, by the files made while that was short.
 */
function withPages(task: WorkloadTask, facts: RecordedFacts, written: ReadonlyMap<number, number>): WorkloadTask {
  if (task.kind !== 'churn') return task;
  const removal = facts.removals.find(({ comm, files }) => comm === task.comm && files === task.files);
  const pages = removal && written.get(removal.pid);
  const shortAt = facts.demand.directAt;
  if (removal === undefined || pages === undefined || shortAt === undefined || removal.to <= removal.from) return task;
  const share = Math.min(1, (removal.to - shortAt) / (removal.to - removal.from));
  return share <= 0 ? task : { ...task, pages: Math.max(1, Math.min(64, Math.round(pages / (share * removal.files)))) };
}

function inferredDeeds({ firstAt, cacheDrops, stops, starts, unmounts }: RecordedFacts): {
  readonly tasks: readonly WorkloadTask[];
  readonly doubts: readonly Doubt[];
} {
  const doubts: Doubt[] = [];
  const common = ({ comm, cpu, at }: RecordedDeed) => ({
    comm,
    cpu,
    startMs: Math.round((at - firstAt) / 1_000) / 1_000,
  });
  const tasks: WorkloadTask[] = cacheDrops.map((drop) => ({ kind: 'drop-caches', ...common(drop) }));
  const ends: RecordedDeed[] = [];
  for (const stop of stops) {
    const start = starts.find(({ at }) => at > stop.at);
    if (unmounts.includes(stop)) tasks.push({ kind: 'unmount', ...common(stop) });
    else if (start === undefined) ends.push(stop);
    else tasks.push({ kind: 'freeze', ...common(stop), forMs: Math.round((start.at - stop.at) / 1_000) / 1_000 });
  }
  if (ends.length > 0)
    doubts.push({
      text: `${namesOf(ends)}: inactivation stops for good (a remount read-only?); what comes then is left out`,
      wouldTell: '--workload',
    });
  return { tasks, doubts };
}
