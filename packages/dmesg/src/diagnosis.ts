/** A dump, judged: a deadlock, a stall behind something that may yet end, or too little to tell. */
import { type Edge, type WaitGraph, waitGraph } from './blockers.ts';
import type { KernelDump } from './shown-task.ts';
import { type Cycle, cyclesAmong, edgesOf, stuckTasks } from './stuck-tasks.ts';
import { placeOf, type ReadTask, readTasks } from './task-wait.ts';

/**
 * - `deadlock`: a cycle, each edge of it a fact or the only holder that fits.
 * - `stall`: what the tasks wait for runs, or is no task at all.
 * - `unclear`: tasks are blocked, and the dump does not tell by what.
 * - `nothing`: no task is blocked.
 */
export type Verdict = 'deadlock' | 'stall' | 'unclear' | 'nothing';

/** Where a chain of waits ends. */
export interface Root {
  /**
   * - `running`, `sleeping`: a task that is not blocked has it.
   * - `outside`: no task has it.
   * - `not-shown`: a task has it of which the dump has no stack.
   * - `not-told`: who has it is not in the dump; or several may.
   */
  readonly kind: 'running' | 'sleeping' | 'outside' | 'not-shown' | 'not-told';
  /** The task that has it; of `outside` and `not-told` the one that waits for it. */
  readonly pid: number;
  /** What is waited for there, in words; of a running task, where it runs. */
  readonly what: string;
  /** Who waits for it, directly or not, in the order of the dump; for `outside` and `not-told` with `pid` itself. */
  readonly behind: readonly number[];
}

export interface Diagnosis {
  readonly graph: WaitGraph;
  readonly verdict: Verdict;
  /** The shortest first; then those of tasks in no cycle before. */
  readonly cycles: readonly Cycle[];
  /** Stuck behind a cycle, in none of them. */
  readonly behind: readonly number[];
  /** Cycles that there would be if, of several who may have something, the wrong one had it. */
  readonly possible: readonly Cycle[];
  /** Most tasks behind it first. */
  readonly roots: readonly Root[];
  /** A cycle that was none, as a later dump, at that line, shows one of its tasks elsewhere. */
  readonly passed?: { readonly pids: readonly number[]; readonly pid: number; readonly line: number } | undefined;
}

/** Returns what the dump shows. */
export function diagnosis(dump: KernelDump): Diagnosis {
  const graph = waitGraph(dump, readTasks(dump));
  const stuck = stuckTasks(graph);
  const cycles = cyclesAmong(stuck, graph);
  const inCycle = new Set(cycles.flatMap(({ pids }) => pids));
  const behind = [...stuck].filter((pid) => !inCycle.has(pid));
  const free = graph.blocked.filter(({ task }) => !stuck.has(task.pid));
  const roots = rootsOf(free, graph, stuck);
  const possible = cycles.length > 0 ? [] : possibleCycles(graph);
  return { graph, verdict: verdictOf(graph, cycles, possible, roots), cycles, behind, possible, roots };
}

function verdictOf(
  { blocked }: WaitGraph,
  cycles: readonly Cycle[],
  possible: readonly Cycle[],
  roots: readonly Root[],
): Verdict {
  if (cycles.length > 0) return 'deadlock';
  if (blocked.length === 0) return 'nothing';
  if (possible.length > 0) return 'unclear';
  const ends = ({ kind }: Root) => kind === 'running' || kind === 'sleeping' || kind === 'outside';
  return roots.some(ends) ? 'stall' : 'unclear';
}

/** Each of several candidates taken for the holder. */
function possibleCycles(graph: WaitGraph): Cycle[] {
  const blockers = new Map(
    [...graph.blockers].map(([pid, { all, oneOf }]) => [
      pid,
      { all: [...all, ...oneOf], oneOf: [], outside: undefined },
    ]),
  );
  const open = { ...graph, blockers };
  return cyclesAmong(stuckTasks(open), open);
}

function rootsOf(free: readonly ReadTask[], graph: WaitGraph, stuck: ReadonlySet<number>): Root[] {
  const found = new Map<string, Omit<Root, 'behind'> & { behind: number[] }>();
  for (const waiter of free)
    for (const root of endsOf(waiter.task.pid, graph, stuck)) {
      const key = `${root.kind} ${root.pid}`;
      const known = found.get(key) ?? { ...root, behind: [] };
      known.behind.push(waiter.task.pid);
      found.set(key, known);
    }
  return [...found.values()].sort((a, b) => b.behind.length - a.behind.length);
}

/** Where the chains of waits that begin with this task end. Those that run into a deadlock end there. */
function endsOf(start: number, { tasks, blockers }: WaitGraph, stuck: ReadonlySet<number>): Omit<Root, 'behind'>[] {
  const ends: Omit<Root, 'behind'>[] = [];
  const seen = new Set<number>();
  const pending = [start];
  for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
    if (seen.has(pid) || stuck.has(pid)) continue;
    seen.add(pid);
    const task = tasks.get(pid);
    const waits = blockers.get(pid);
    if (task === undefined) ends.push({ kind: 'not-shown', pid, what: '' });
    else if (waits === undefined) ends.push(notBlocked(task));
    else {
      const edges = edgesOf(waits);
      if (edges.length === 0) ends.push(nobody(task, waits.outside));
      pending.push(...edges.map((edge: Edge) => edge.pid));
    }
  }
  return ends;
}

function notBlocked(task: ReadTask): Omit<Root, 'behind'> {
  const { pid, state } = task.task;
  const kind = state === 'R' ? 'running' : state === 'S' || state === 'I' ? 'sleeping' : 'not-shown';
  return { kind, pid, what: placeOf(task) };
}

function nobody(task: ReadTask, outside: string | undefined): Omit<Root, 'behind'> {
  return { kind: outside === undefined ? 'not-told' : 'outside', pid: task.task.pid, what: outside ?? '' };
}
