/**
 * Tasks of a dump that can never get on, whatever else happens: each waits for one that cannot either. The largest such
 * set is a deadlock and all who stand behind it; an empty one is no proof that there is none, only that the dump does
 * not show it.
 */
import { cycleThrough, shortestCycle } from '@dragon/report';
import type { Blockers, Edge, WaitGraph } from './blockers.ts';

/** Tasks that wait in a circle, each for the next, the last for the first. */
export interface Cycle {
  readonly pids: readonly number[];
}

/**
 * Returns the pids of all who can never get on. Of several who all must let go one is enough; where it is one of
 * several and not known which, all of them must be stuck. A wait that a signal or time ends is not for ever.
 */
export function stuckTasks({ blocked, blockers }: WaitGraph): Set<number> {
  const stuck = new Set(
    blocked.filter(({ wait }) => wait === undefined || wait.mode === 'uninterruptible').map(({ task }) => task.pid),
  );
  for (let size = -1; size !== stuck.size; ) {
    size = stuck.size;
    for (const pid of stuck) if (!isStuck(blockers.get(pid), stuck)) stuck.delete(pid);
  }
  return stuck;
}

function isStuck(blockers: Blockers | undefined, stuck: ReadonlySet<number>): boolean {
  if (blockers === undefined) return false;
  const { all, oneOf } = blockers;
  const holdsUp = ({ pid, apart }: Edge) => stuck.has(pid) && apart === undefined;
  return all.some(holdsUp) || (oneOf.length > 0 && oneOf.every(holdsUp));
}

/** Cycles that are told; who closes one more stands behind these all the same. */
const MOST_CYCLES = 16;
/** Of many who must all get on, so many are followed: with one each there is still a cycle. */
const FOLLOWED = 32;

/**
 * Returns the shortest cycle among the stuck tasks, and then for each task in no cycle so far its own. Of equally short
 * ones that counts whose tasks the dump shows first.
 */
export function cyclesAmong(stuck: ReadonlySet<number>, graph: WaitGraph): Cycle[] {
  const shown = [...graph.tasks.keys()];
  const names = new Map(shown.map((pid, i) => [pid, String(i).padStart(8, '0')]));
  const pidOf = (node: string) => shown[Number(node)] ?? 0;
  const next = (node: string) =>
    edgesOf(graph.blockers.get(pidOf(node)))
      .filter(({ pid, apart }) => stuck.has(pid) && apart === undefined)
      .slice(0, FOLLOWED)
      .flatMap(({ pid }) => names.get(pid) ?? [])
      .sort();
  const nodes = [...stuck].flatMap((pid) => names.get(pid) ?? []).sort();
  const first = shortestCycle(nodes.slice(0, FOLLOWED), next);
  if (first === undefined) return [];
  const cycles = [first];
  const seen = new Set(first);
  for (const node of nodes) {
    if (cycles.length === MOST_CYCLES) break;
    if (seen.has(node)) continue;
    const own = cycleThrough(node, next, FOLLOWED);
    if (own === undefined) continue;
    cycles.push(own);
    for (const each of own) seen.add(each);
  }
  return cycles.map((cycle) => ({ pids: cycle.map(pidOf) }));
}

/** Returns all edges, those that are certain first. */
export function edgesOf(blockers: Blockers | undefined): Edge[] {
  return blockers === undefined ? [] : [...blockers.all, ...blockers.oneOf];
}
