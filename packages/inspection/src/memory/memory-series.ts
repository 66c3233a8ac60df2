/** The memory of a simulated machine at an instant and over time, made of the censuses of its agents. */
import type { AgentId, Census, VirtualTime } from '@dragon/engine';
import type { InodeCensus, InodegcCensus, KswapdCensus, MemoryCensus } from '@dragon/kernel';
import { INODE_BANDS, type MemoryState, memoryState } from '@dragon/report';
import type { RunRecord } from '../run-record.ts';

/** What a worker has before it. */
export interface Backlog {
  readonly agent: string;
  /** Inodes, queued and in its batch. */
  readonly inodes: number;
}

export interface MemorySeries {
  /** Instants, evenly spaced. */
  readonly at: readonly VirtualTime[];
  /** Inodes in each of `INODE_BANDS`, at each instant. */
  readonly bands: readonly (readonly number[])[];
  /** Pages, at each instant. */
  readonly pages: readonly Pick<MemoryCensus, 'free' | 'min' | 'low' | 'high'>[];
}

/** The agents whose numbers the memory of a machine is made of: of the first node and its mount. */
interface MemoryAgents {
  readonly cache: string | undefined;
  readonly node: string | undefined;
  readonly workers: readonly string[];
}

/** Returns the state of the first node and its mount; undefined if nothing is known of it. */
export function memoryAt(record: RunRecord, t: VirtualTime): MemoryState | undefined {
  return stateOf(record, memoryAgents(record), t);
}

function memoryAgents(record: RunRecord): MemoryAgents {
  const [cache] = agentsOf(record, 'inode-cache');
  const [node] = agentsOf(record, 'memory');
  return { cache, node, workers: agentsOf(record, 'inodegc') };
}

function stateOf(record: RunRecord, { cache, node, workers }: MemoryAgents, t: VirtualTime): MemoryState | undefined {
  const numbersOf = (agent: string | undefined): Census | undefined =>
    agent === undefined ? undefined : record.census.at(agent, t);
  const [inodes, pages] = [numbersOf(cache), numbersOf(node)];
  if (inodes === undefined || pages === undefined) return undefined;
  const queues = workers.map(numbersOf).filter((numbers) => numbers !== undefined);
  return memoryState(
    inodes as unknown as InodeCensus,
    queues as unknown as InodegcCensus[],
    pages as unknown as MemoryCensus,
  );
}

/** Returns the backlog of each worker, in the order of the plan. */
export function backlogsAt(record: RunRecord, t: VirtualTime): Backlog[] {
  return agentsOf(record, 'inodegc').map((agent) => {
    const { queued = 0, batch = 0 } = (record.census.at(agent, t) ?? {}) as Partial<InodegcCensus>;
    return { agent, inodes: queued + batch };
  });
}

/** Returns the priority of the first kswapd, 12 to 0; undefined while it sleeps. */
export function priorityAt(record: RunRecord, t: VirtualTime): number | undefined {
  const [agent] = agentsOf(record, 'kswapd');
  return agent === undefined ? undefined : (record.census.at(agent, t) as KswapdCensus | undefined)?.priority;
}

/** Returns the state at `points` instants of `[from, to]`; undefined if the run has no census. */
export function memorySeries(
  record: RunRecord,
  from: VirtualTime,
  to: VirtualTime,
  points: number,
): MemorySeries | undefined {
  const at = Array.from({ length: points }, (_, i) => from + ((to - from) * i) / Math.max(1, points - 1));
  const agents = memoryAgents(record);
  const states = at.map((t) => stateOf(record, agents, t));
  if (states.every((state) => state === undefined)) return undefined;
  return {
    at,
    bands: INODE_BANDS.map(({ of }) => states.map((state) => (state === undefined ? 0 : of(state)))),
    pages: states.map((state) => state?.pages ?? { free: 0, min: 0, low: 0, high: 0 }),
  };
}

/** Returns the agents of a kind that the census counts, in the order of the plan. */
export const agentsOf = ({ agents, census }: RunRecord, kind: string): readonly AgentId[] =>
  agents.flatMap((agent) => (agent.kind === kind && census.of(agent.id) !== undefined ? [agent.id] : []));
