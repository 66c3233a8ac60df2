/**
 * The peers of the agents of a world: whom each one calls. A federation synchronises by them, and a message to anybody
 * else stops it, so what an agent learns to call has to be said here.
 */
import type { AgentId, AgentSpec } from '@dragon/engine';
import { agId, cpuId, inodegcId } from '@dragon/kernel';

const RECLAIM = ['ag', 'inode-cache', 'memory', 'shrinkers'];

/**
 * The kinds of agents that each kind calls, wherever it runs; those of one CPU, and of the allocation group in which
 * all its files are, come from the params of a thread. Who evicts inodes may have to inactivate them itself
 * (throttle=inline), and so calls their allocation groups.
 */
const CALLS: { readonly [kind: string]: readonly string[] } = {
  ag: [],
  allocator: RECLAIM,
  churner: RECLAIM,
  closer: ['inode-cache'],
  cpu: [],
  'drop-caches': ['ag', 'inode-cache', 'shrinkers'],
  freezer: ['inode-cache', 'inodegc'],
  hog: RECLAIM,
  inodegc: RECLAIM,
  'inode-cache': ['memory'],
  kswapd: RECLAIM,
  memory: [],
  repair: ['shrinkers'],
  shrinkers: ['inode-cache'],
  stream: RECLAIM,
  umounter: ['ag', 'inode-cache'],
  unlinker: ['inode-cache'],
  watchdog: [],
};

/** Where a thread may run and where its files are, as its params say it. */
interface ThreadParams {
  readonly cpu?: number;
  readonly cpus?: readonly number[];
  readonly ag?: number;
  /** CPUs whose workers statfs flushes. */
  readonly statfs?: number;
}

/** Returns the agents with their peers; one of a kind that is not known here may talk to anybody. */
export function namePeers(agents: readonly AgentSpec[], cpus: number): AgentSpec[] {
  const ids = new Set(agents.map(({ id }) => id));
  const kinds = new Set(agents.map(({ kind }) => kind));
  const all = Array.from({ length: cpus }, (_, cpu) => cpu);
  /** What the agents of a kind call, of what there is. */
  const calls = new Map(
    Object.entries(CALLS).map(([kind, called]) => [kind, called.filter((each) => kinds.has(each))]),
  );
  return agents.map((agent) => {
    const peerKinds = calls.get(agent.kind);
    if (peerKinds === undefined) return agent;
    const named = agent.task === undefined ? [] : peersOfThread(agent, all);
    const peers = named.filter((id) => id !== agent.id && ids.has(id));
    return peerKinds.length === 0 ? { ...agent, peers } : { ...agent, peers, peerKinds };
  });
}

/** The watchdog asks every thread; schedulers and workers are those of the CPUs on which it may run. */
function peersOfThread({ kind, params }: AgentSpec, all: readonly number[]): AgentId[] {
  const { ag, cpu, cpus: allowed = cpu === undefined ? all : [cpu], statfs } = params as ThreadParams;
  const queues = kind === 'inodegc' ? [] : statfs === undefined ? allowed : all;
  const groups = ag === undefined ? [] : [agId(ag)];
  return ['watchdog', ...groups, ...allowed.map(cpuId), ...queues.map(inodegcId)];
}
