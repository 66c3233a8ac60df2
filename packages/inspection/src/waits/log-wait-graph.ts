/**
 * Graph of who waits for whom in a dump of a real kernel's log, in the form in which a run's is drawn: what the dump
 * shows are facts; where only one task fits, and none is named, the arrow is a guess and is told from them.
 */
import type { FindingsJson } from '@dragon/dmesg';
import type { WaitEdge, WaitGraphView, WaitNode } from './wait-graph.ts';

export type LogDump = FindingsJson['dumps'][number];
export type LogTask = LogDump['tasks'][number];

/** An arrow of a log's graph; tasks are named by their pids. */
interface LogEdge extends WaitEdge {
  /** Whether something in the dump says so; otherwise it is only what fits. */
  readonly isFact: boolean;
  /** What says so. */
  readonly because: string;
}

export interface LogGraphView extends Omit<WaitGraphView, 'behind'> {
  readonly edges: readonly LogEdge[];
}

/** No drawing has more nodes. */
const MOST_NODES = 40;

/** Returns the graph of a dump. Tasks of one name that wait for the same, and for which nobody waits, are one node. */
export function logWaitGraph({ tasks, cycles, possibleCycles }: LogDump): LogGraphView {
  const ways = new Set(cycles.flatMap(waysOf));
  const guesses = new Set(possibleCycles.flatMap(waysOf));
  const edges = tasks.flatMap((task) => edgesOf(task, ways, guesses));
  const holders = new Set(edges.map(({ to }) => to));
  const parties = new Set(cycles.flat().map(String));
  const stacks = new Map<string, string[]>();
  for (const { pid, comm } of tasks) {
    const id = String(pid);
    const own = edges.filter(({ from }) => from === id).map(({ to, resource }) => `${resource} ${to}`);
    if (own.length === 0 && !holders.has(id)) continue;
    const key = holders.has(id) ? id : [comm, ...own].join('\n');
    const stack = stacks.get(key);
    if (stack === undefined) stacks.set(key, [id]);
    else stack.push(id);
  }
  const nodes = [...stacks.values()]
    .flatMap((agents): WaitNode[] => {
      const [id] = agents;
      if (id === undefined) return [];
      return [
        { id, agents, isParty: parties.has(id), isFound: parties.has(id), isHolder: holders.has(id), spareHolds: [] },
      ];
    })
    .toSorted((a, b) => rank(a) - rank(b) || b.agents.length - a.agents.length);
  const kept = nodes.slice(0, MOST_NODES);
  const ids = new Set(kept.map(({ id }) => id));
  return {
    nodes: kept,
    edges: edges.filter(({ from, to }) => ids.has(from) && ids.has(to)),
    cycle: (cycles[0] ?? []).map(String),
    waiting: tasks.filter(({ waitsFor }) => waitsFor !== null).length,
    left: nodes.slice(MOST_NODES).reduce((sum, { agents }) => sum + agents.length, 0),
  };
}

/** Returns the name of a task: that of its command, with its pid where several have the same. */
export function logTaskName({ tasks }: LogDump, pid: number): string {
  const comm = tasks.find((task) => task.pid === pid)?.comm;
  if (comm === undefined) return `pid ${pid}`;
  return tasks.some((task) => task.comm === comm && task.pid !== pid) ? `${comm}:${pid}` : comm;
}

const rank = ({ isParty, isHolder }: WaitNode): number => (isParty ? 0 : isHolder ? 1 : 2);

const waysOf = (cycle: readonly number[]): string[] =>
  cycle.map((pid, i) => `${pid} ${cycle[(i + 1) % cycle.length] ?? pid}`);

/** All that are in the way; of those that may be, the only one there is, or one by which a cycle may close. */
function edgesOf(task: LogTask, ways: ReadonlySet<string>, guesses: ReadonlySet<string>): LogEdge[] {
  const { pid, waitsFor, blockedBy, candidates } = task;
  if (waitsFor === null) return [];
  const way = (to: number): string => `${pid} ${to}`;
  const drawn = candidates.filter(
    (each) => candidates.length === 1 || ways.has(way(each.pid)) || guesses.has(way(each.pid)),
  );
  return [...blockedBy, ...drawn].map((edge) => ({
    from: String(pid),
    to: String(edge.pid),
    resource: waitsFor.words,
    lock: '',
    heldAs: '',
    isParty: ways.has(way(edge.pid)),
    isFact: edge.basis !== 'fits' && (candidates.length < 2 || blockedBy.includes(edge)),
    because: edge.because,
  }));
}
