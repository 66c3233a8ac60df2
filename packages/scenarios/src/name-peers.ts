/**
 * The peers of the agents of a world: whom each one calls. A federation synchronises by them, and a message to anybody
 * else stops any run, so what an agent learns to call has to be said here.
 */
import type { AgentId, AgentSpec } from '@dragon/engine';
import { hasFreezer, WRITERS } from './writers.ts';
import { cpusOfLlc, type FileGroups, groupsOf } from '@dragon/kernel';

const RECLAIM = ['ag', 'inode-cache', 'memory', 'nfs-cache', 'shrinkers'];

/**
 * The kinds of agents that each kind calls, wherever it runs; those of one CPU, and of the allocation groups in
 * which its files are, come from the params of a thread. Who evicts inodes may have to inactivate them itself
 * (throttle=inline), and so calls their allocation groups.
 */
const CALLS: { readonly [kind: string]: readonly string[] } = {
  ag: [],
  allocator: RECLAIM,
  churner: RECLAIM,
  closer: ['inode-cache'],
  cpu: [],
  'drop-caches': ['ag', 'inode-cache', 'nfs-cache', 'shrinkers'],
  freezer: ['inode-cache', 'inodegc'],
  fsyncer: ['inode-cache'],
  hog: RECLAIM,
  host: ['cpu'],
  inodegc: RECLAIM,
  'inode-cache': ['cpu', 'memory'],
  kswapd: RECLAIM,
  lookup: ['inode-cache', 'inodegc'],
  memory: [],
  mounter: ['shrinkers'],
  'nfs-cache': ['memory'],
  repair: ['shrinkers'],
  shrinkers: ['inode-cache'],
  statfs: ['inodegc'],
  stream: RECLAIM,
  syncer: ['inode-cache'],
  umounter: ['ag', 'inode-cache'],
  unlinker: ['inode-cache'],
  unmounter: ['ag', 'inode-cache', 'inodegc', 'shrinkers'],
  unplugger: ['cpu', 'inodegc'],
  watchdog: [],
};

/** Where a thread may run and where its files are, as its params say it. */
interface ThreadParams {
  readonly cpu?: number;
  readonly cpus?: readonly number[];
  readonly ag?: FileGroups;
  /** CPUs whose workers statfs flushes. */
  readonly statfs?: number;
}

/**
 * Returns the agents with their peers; one of a kind that is not known here may talk to anybody. Schedulers, workers
 * and allocation groups stand in the order of their numbers among `agents`.
 */
export function namePeers(agents: readonly AgentSpec[]): AgentSpec[] {
  const byKind = new Map<string, AgentId[]>();
  for (const { id, kind } of agents) {
    const ofKind = byKind.get(kind);
    if (ofKind === undefined) byKind.set(kind, [id]);
    else ofKind.push(id);
  }
  const numbered: Numbered = {
    schedulers: byKind.get('cpu') ?? [],
    workers: byKind.get('inodegc') ?? [],
    groups: byKind.get('ag') ?? [],
  };
  /** What the agents of a kind call, of what there is. */
  const calls = new Map(
    Object.entries(CALLS).map(([kind, called]) => {
      // Who freezes has all writers told.
      const told = kind === 'inode-cache' && hasFreezer(agents) ? WRITERS : [];
      return [kind, [...called, ...told].filter((each) => byKind.has(each))] as const;
    }),
  );
  return agents.map((agent): AgentSpec => {
    const { id, kind, params, task } = agent;
    const peerKinds = calls.get(kind);
    if (peerKinds === undefined) return agent;
    if (kind === 'cpu') return { ...agent, peers: siblingsOf(params as CpuParams, numbered) };
    if (task === undefined) return { id, kind, params, peers: NOBODY, ...(peerKinds.length > 0 ? { peerKinds } : {}) };
    return { id, kind, params, task, peers: peersOfThread(kind, params as ThreadParams, numbered), peerKinds };
  });
}

/** Agents by number: of the CPU, or of the group. */
interface Numbered {
  /** None where threads run without. */
  readonly schedulers: readonly AgentId[];
  readonly workers: readonly AgentId[];
  readonly groups: readonly AgentId[];
}

const NOBODY: readonly AgentId[] = [];

interface CpuParams {
  readonly cpu?: number;
  readonly balances?: boolean;
}

/** The schedulers between which threads move. */
function siblingsOf({ cpu = 0, balances }: CpuParams, { schedulers }: Numbered): readonly AgentId[] {
  if (balances !== true) return NOBODY;
  // The list begins with the CPU itself.
  return cpusOfLlc(cpu, schedulers.length)
    .slice(1)
    .map((each) => schedulers[each] as AgentId);
}

/** The watchdog asks every thread; schedulers and workers are those of the CPUs on which it may run. */
function peersOfThread(kind: string, params: ThreadParams, { schedulers, workers, groups }: Numbered): AgentId[] {
  const { ag, cpu, cpus = cpu === undefined ? undefined : [cpu], statfs } = params;
  const peers = ['watchdog'];
  const addNumbered = (ids: readonly AgentId[], numbers: readonly number[] | undefined): void => {
    if (numbers === undefined) for (const id of ids) peers.push(id);
    else for (const number of numbers) if (number < ids.length) peers.push(ids[number] as AgentId);
  };
  if (ag !== undefined) addNumbered(groups, groupsOf(ag));
  addNumbered(schedulers, cpus);
  if (kind !== 'inodegc') addNumbered(workers, statfs === undefined ? cpus : undefined);
  return peers;
}
