/** The world in which a workload is run. */
import { type Latency, MILLISECOND } from '@dragon/engine';
import type { InodeRun } from '@dragon/kernel';
import { churner, dropCaches, freezer, fsyncer, hog, stream, unlinker, unmounter } from '../threads.ts';
import { cachedInodes, type ThreadSpec, type WorldSpec } from '../world.ts';
import type { PauseMs, Workload, WorkloadMemory, WorkloadTask } from './workload.ts';

/** Watermarks of 1 GiB, and most of it free. */
const PLENTY = { free: 200_000 };

/** Cached buffers of the file system where memory is short: estimated. */
const BUFFERS = 1_600;

/** Nothing starts at the very same instant. */
const START_MS = 0.1;

export function workloadWorld({ cpus, oneHostThread, ags, memory, tasks }: Workload): WorldSpec {
  const latency: { [name: string]: Latency } = {};
  const named = (name: string, ms: PauseMs): string => {
    latency[name] = latencyOf(ms);
    return name;
  };
  return {
    ...(memory === undefined ? PLENTY : memorySpec(memory, ags)),
    ags,
    kswapdCpus: Array.from({ length: cpus }, (_, cpu) => cpu),
    ...(oneHostThread === undefined ? {} : { oneHostThread }),
    threads: tasks.map((task, index) => threadOf(task, index, cpus, named)),
    latency,
  };
}

function memorySpec(memory: WorkloadMemory, ags: number): Omit<WorldSpec, 'threads' | 'kswapdCpus'> {
  const { managedPages, freePages, minFreeKbytes, pageCachePages } = memory;
  return {
    managed: managedPages,
    ...(minFreeKbytes === undefined ? {} : { minFreeKbytes }),
    free: freePages,
    lruFile: pageCachePages,
    cached: cachedRuns(memory, ags),
    buffers: BUFFERS,
    // Of a file system in use; a trace does not tell.
    headersInAil: true,
  };
}

/** Chunks that need inactivation, and those that do not, are spread evenly. */
function cachedRuns({ cachedInodes: count, needInactivationPercent }: WorkloadMemory, ags: number): InodeRun[] {
  const all = cachedInodes(
    count,
    Array.from({ length: ags }, (_, ag) => ag),
    'postEof',
  );
  const share = needInactivationPercent / 100;
  return all.map((run, i) => (Math.floor((i + 1) * share) > Math.floor(i * share) ? run : { ...run, fate: 'clean' }));
}

function latencyOf(ms: PauseMs): Latency {
  const ns = (value: number): number => Math.round(value * MILLISECOND);
  const [first] = ms;
  if (ms.length < 2) return { kind: 'fixed', ns: ns(first?.[1] ?? 0) };
  return { kind: 'quantiles', points: ms.map(([p, value]) => [p, ns(value)]) };
}

/** `named` gives a latency its name. */
function threadOf(
  task: WorkloadTask,
  index: number,
  cpus: number,
  named: (name: string, ms: PauseMs) => string,
): ThreadSpec {
  const start = [task.startMs, task.startMs + START_MS] as const;
  const cpu = task.cpu % cpus;
  const pause = (ms: PauseMs): string => named(`pause ${task.kind}/${index}`, ms);
  switch (task.kind) {
    case 'unlink': {
      const { comm, ag, files, fate, pauseMs, statfs } = task;
      const thread = unlinker(index, cpu, ag, files, start, {
        comm,
        ...(pauseMs === undefined ? {} : { pause: pause(pauseMs) }),
        ...(statfs === true ? { statfs: cpus } : {}),
      });
      return { ...thread, ...(thread.inodes === undefined ? {} : { inodes: { ...thread.inodes, fate } }) };
    }
    case 'churn': {
      const { comm, ag, files, window, burst, pages, pauseMs } = task;
      const { inodes, ...thread } = churner(cpu, files, start);
      return {
        ...thread,
        id: `churner/${index}`,
        comm,
        ...(inodes === undefined ? {} : { inodes: { ...inodes, index, ag } }),
        params: { ...thread.params, window, burst, pages, pause: pause(pauseMs) },
      };
    }
    case 'allocate': {
      const thread = hog(index, cpu, task.pages, task.chunk, start);
      // It outlives the run.
      const hold = named(`hold ${index}`, [[0, HOLD_MS]]);
      return { ...thread, comm: task.comm, params: { ...thread.params, pause: pause(task.pauseMs), hold } };
    }
    case 'stream': {
      const thread = stream(cpu, task.pages, start);
      const { chunk, readBack } = task;
      return {
        ...thread,
        id: `stream/${index}`,
        comm: task.comm,
        params: { ...thread.params, chunk, readBack, pause: pause(task.pauseMs) },
      };
    }
    case 'fsync': {
      const thread = fsyncer(cpu, task.datasync ? 'fdatasync' : 'fsync', start);
      return {
        ...thread,
        id: `fsyncer/${index}`,
        comm: task.comm,
        params: { ...thread.params, pause: pause(task.pauseMs) },
      };
    }
    case 'drop-caches':
      return { ...dropCaches(cpu, start), id: `drop-caches/${index}`, comm: task.comm };
    case 'unmount':
      return { ...unmounter(cpu, cpus, start), id: `unmounter/${index}`, comm: task.comm };
    case 'freeze': {
      const thread = freezer(cpu, cpus, start);
      const frozen = named(`frozen ${index}`, [[0, task.forMs]]);
      return { ...thread, id: `freezer/${index}`, comm: task.comm, params: { ...thread.params, frozen } };
    }
  }
}

const HOLD_MS = 86_400_000;
