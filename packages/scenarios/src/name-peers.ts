/**
 * The peers of the agents of a world: whom each one calls. A federation synchronises by them, and a message to anybody
 * else stops it, so what an agent learns to call has to be said here.
 */
import type { AgentId, AgentSpec } from '@dragon/engine';
import { cpuId, inodegcId } from '@dragon/kernel';

/**
 * The kinds of agents that each kind calls, wherever it runs; those of one CPU come from the params of a thread. Who
 * evicts inodes may have to inactivate them itself (throttle=inline), and so calls allocation groups.
 */
const CALLS: { readonly [kind: string]: readonly string[] } = {
  ag: [],
  allocator: ['ag', 'inode-cache', 'memory', 'shrinkers'],
  churner: ['ag', 'inode-cache', 'memory', 'shrinkers'],
  closer: ['ag', 'inode-cache'],
  cpu: [],
  'drop-caches': ['ag', 'inode-cache', 'shrinkers'],
  freezer: ['inode-cache', 'inodegc'],
  hog: ['ag', 'inode-cache', 'memory', 'shrinkers'],
  inodegc: ['ag', 'inode-cache', 'memory', 'shrinkers'],
  'inode-cache': ['memory'],
  kswapd: ['ag', 'inode-cache', 'memory', 'shrinkers'],
  memory: [],
  repair: ['ag', 'shrinkers'],
  shrinkers: ['inode-cache'],
  stream: ['ag', 'inode-cache', 'memory', 'shrinkers'],
  umounter: ['ag', 'inode-cache'],
  unlinker: ['ag', 'inode-cache'],
  watchdog: [],
};

/** Where a thread may run, as its params say it. */
interface ThreadParams {
  readonly cpu?: number;
  readonly cpus?: readonly number[];
  /** CPUs whose workers statfs flushes. */
  readonly statfs?: number;
}

/** Returns the agents with their peers; one of a kind that is not known here may talk to anybody. */
export function namePeers(agents: readonly AgentSpec[], cpus: number): AgentSpec[] {
  const byKind = new Map<string, AgentId[]>();
  for (const { id, kind } of agents) {
    const ofKind = byKind.get(kind);
    if (ofKind === undefined) byKind.set(kind, [id]);
    else ofKind.push(id);
  }
  const ids = new Set(agents.map(({ id }) => id));
  return agents.map((agent) => {
    const calls = CALLS[agent.kind];
    if (calls === undefined) return agent;
    const named = [
      ...calls.flatMap((kind) => byKind.get(kind) ?? []),
      ...(agent.task === undefined ? [] : perCpu(agent, cpus)),
    ];
    return { ...agent, peers: [...new Set(named)].filter((id) => id !== agent.id && ids.has(id)) };
  });
}

/** The watchdog asks every thread; schedulers and workers are those of the CPUs on which it may run. */
function perCpu({ kind, params }: AgentSpec, cpus: number): AgentId[] {
  const all = Array.from({ length: cpus }, (_, cpu) => cpu);
  const { cpu, cpus: allowed = cpu === undefined ? all : [cpu], statfs } = params as ThreadParams;
  const queues = kind === 'inodegc' ? [] : statfs === undefined ? allowed : all;
  return ['watchdog', ...allowed.map(cpuId), ...queues.map(inodegcId)];
}
