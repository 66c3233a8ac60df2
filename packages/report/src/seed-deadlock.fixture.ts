/**
 * The three-party deadlock of kernel reference section 6, made by hand for tests: plan, facts, and the rows of its
 * parties.
 */
import {
  type AgentId,
  type FactsChange,
  type Hold,
  type LockMode,
  MICROSECOND,
  MILLISECOND,
  type Plan,
  type ResourceFacts,
  type Row,
  SECOND,
  type VirtualTime,
  type Wait,
  type WaitMode,
} from '@dragon/engine';
import { agBuffer, inChunks, inodegcWork, kernelResources, outsideDisk, SHRINKER_RWSEM } from '@dragon/kernel';
import { WaitForGraph } from './wait-for-graph.ts';

export const AGI = agBuffer('AGI', 0);
export const WORK_ITEM = inodegcWork(0);
export const DISK = outsideDisk('sda');

export const SEED_PLAN: Plan = {
  seed: 1,
  agents: [
    { id: 'ag/0', kind: 'ag', params: null },
    {
      id: 'inodegc/0',
      kind: 'inodegc',
      params: null,
      task: {
        comm: 'kworker/0:1',
        pid: 33,
        kernelThread: true,
        workqueue: 'xfs-inodegc/sda xfs_inodegc_worker [xfs]',
        spare: { comm: 'kworker/0:2', pid: 912 },
      },
    },
    { id: 'kswapd/0', kind: 'kswapd', params: null, task: { comm: 'kswapd0', pid: 71, kernelThread: true } },
    { id: 'repair', kind: 'repair', params: null, task: { comm: 'xfs_scrub', pid: 812 } },
    { id: 'shrinkers', kind: 'shrinkers', params: null },
    ...Array.from({ length: 12 }, (_, i) => ({
      id: `workload/${i}`,
      kind: 'workload',
      params: null,
      task: { comm: 'rm', pid: 900 + i },
    })),
  ],
  resources: kernelResources({ nodes: [0], cpus: [0], ags: [0], shrinkers: ['xfs-buf:xfile'], disks: ['sda'] }),
  latency: { delays: {}, links: { default: 100 } },
  until: 60 * SECOND,
  grace: 2 * SECOND,
  stopOnFinding: true,
};

const STACKS: Readonly<Record<string, readonly string[]>> = {
  [WORK_ITEM]: [
    '__schedule',
    'schedule',
    'schedule_timeout',
    'wait_for_completion',
    '__flush_work',
    'xfs_inodegc_queue',
  ],
  [AGI]: ['__schedule', 'schedule', 'schedule_timeout', '__down', 'down', 'xfs_buf_lock', 'xfs_read_agi'],
  [SHRINKER_RWSEM]: ['__schedule', 'schedule', 'rwsem_down_write_slowpath', 'down_write', 'unregister_shrinker'],
};

/** The mode in which it is waited for. */
const LOCKS: Readonly<Record<string, LockMode>> = { [SHRINKER_RWSEM]: 'W' };

export function waitOn(resource: string, mode: WaitMode = 'uninterruptible'): Wait {
  return {
    resource,
    mode,
    lock: LOCKS[resource] ?? '',
    stack: STACKS[resource] ?? ['__schedule', 'schedule', 'io_schedule'],
  };
}

export function hold(resource: string, mode: LockMode = ''): Hold {
  return { resource, mode };
}

export function taskChange(
  at: VirtualTime,
  agent: AgentId,
  holds: readonly Hold[],
  waitsFor: Wait | null = null,
): FactsChange {
  return { at, agent, facts: { task: { waitsFor, holds } } };
}

export function resourceFacts(
  resource: string,
  holders: readonly AgentId[],
  waiters: readonly AgentId[] = [],
): ResourceFacts {
  return { resource, holders: inChunks(holders), waiters: inChunks(waiters.map((task) => ({ task }))) };
}

export function resourceChange(
  at: VirtualTime,
  teller: AgentId,
  resource: string,
  holders: readonly AgentId[],
  waiters: readonly AgentId[] = [],
): FactsChange {
  return { at, agent: teller, facts: { resources: [resourceFacts(resource, holders, waiters)] } };
}

/** The worker is a thread and tells of its work item at once. */
function workerChange(
  at: VirtualTime,
  holds: readonly Hold[],
  waitsFor: Wait | null,
  waiters: readonly AgentId[],
): FactsChange {
  const resources = [resourceFacts(WORK_ITEM, ['inodegc/0'], waiters)];
  return { at, agent: 'inodegc/0', facts: { task: { waitsFor, holds }, resources } };
}

const T = 12 * SECOND;
const WORK = hold(WORK_ITEM);
const READ = hold(SHRINKER_RWSEM, 'R');

/**
 * The changes up to the deadlock, in virtual time. The edge that closes it is the registry's word that repair is in its
 * queue.
 */
export const SEED_CHANGES: readonly FactsChange[] = [
  taskChange(T, 'repair', [], waitOn(AGI)),
  resourceChange(T + 100, 'ag/0', AGI, ['repair']),
  taskChange(T + 200, 'repair', [hold(AGI)]),
  workerChange(T + 10 * MILLISECOND, [WORK], null, []),
  workerChange(T + 11 * MILLISECOND, [WORK], waitOn(AGI), []),
  resourceChange(T + 11 * MILLISECOND + 100, 'ag/0', AGI, ['repair'], ['inodegc/0']),
  resourceChange(T + 20 * MILLISECOND, 'shrinkers', SHRINKER_RWSEM, ['kswapd/0']),
  taskChange(T + 20 * MILLISECOND + 100, 'kswapd/0', [READ]),
  taskChange(T + 25 * MILLISECOND, 'kswapd/0', [READ], waitOn(WORK_ITEM)),
  workerChange(T + 25 * MILLISECOND + 100, [WORK], waitOn(AGI), ['kswapd/0']),
  taskChange(T + 837 * MILLISECOND, 'repair', [hold(AGI)], waitOn(SHRINKER_RWSEM)),
  resourceChange(T + 837 * MILLISECOND + 100, 'shrinkers', SHRINKER_RWSEM, ['kswapd/0'], ['repair']),
];

/** Returns `count` tasks that queue for the AGI after the deadlock. */
export function collateral(count: number): FactsChange[] {
  const tasks = Array.from({ length: count }, (_, i) => `workload/${i}`);
  return [
    ...tasks.map((task, i) => taskChange(T + SECOND + i * MICROSECOND, task, [], waitOn(AGI))),
    resourceChange(T + SECOND + MILLISECOND, 'ag/0', AGI, ['repair'], ['inodegc/0', ...tasks]),
  ];
}

/** Applies changes that are in the order of time, and checks after each instant; returns the instants of findings. */
export function applyAll(graph: WaitForGraph, changes: readonly FactsChange[]): VirtualTime[] {
  const found: VirtualTime[] = [];
  changes.forEach((change, i) => {
    graph.facts(change);
    if (changes[i + 1]?.at !== change.at && graph.check(change.at).length > 0) found.push(change.at);
  });
  return found;
}

export function seedGraph(behind: number): WaitForGraph {
  const graph = new WaitForGraph();
  applyAll(graph, [...SEED_CHANGES, ...collateral(behind)]);
  return graph;
}

function rows(
  to: AgentId,
  steps: readonly (readonly [at: VirtualTime, from: AgentId, type: string, state: string])[],
): Row[] {
  return steps.map(([at, from, type, state], i) => ({ at, to, from, seq: i, message: { type }, index: 40 + i, state }));
}

const HISTORY: Readonly<Record<AgentId, readonly Row[]>> = {
  'inodegc/0': rows('inodegc/0', [
    [T + MILLISECOND, 'workload/0', 'inodegc.queueInodes', 'work.armed worker.idle'],
    [T + 10 * MILLISECOND, 'inodegc/0', 'inodegc.timerFired', 'work.running worker.truncating'],
    [T + 11 * MILLISECOND, 'inodegc/0', 'inodegc.stepDone', 'work.running worker.lockingAgi'],
    [T + 21 * MILLISECOND, 'kswapd/0', 'inodegc.queueInodes', 'work.requeued worker.lockingAgi'],
    [T + 23 * MILLISECOND, 'kswapd/0', 'inodegc.queueInodes', 'work.requeued worker.lockingAgi'],
    [T + 25 * MILLISECOND + 100, 'kswapd/0', 'inodegc.flush', 'work.requeued worker.lockingAgi'],
  ]),
  'kswapd/0': rows('kswapd/0', [
    [T + 19 * MILLISECOND, 'memory/0', 'kswapd.wake', 'beginningShrinkSlab'],
    [T + 20 * MILLISECOND + 100, 'shrinkers', 'task.shrinkSlabBegun', 'choosing'],
    [T + 21 * MILLISECOND, 'shrinkers', 'task.shrinkerChosen', 'counting'],
    [T + 22 * MILLISECOND, 'inode-cache', 'task.objectsCounted', 'scanning'],
    [T + 23 * MILLISECOND, 'shrinkers', 'task.shrinkerChosen', 'counting'],
    [T + 24 * MILLISECOND, 'inode-cache', 'task.objectsCounted', 'scanning'],
    [T + 25 * MILLISECOND, 'inodegc/0', 'task.inodesQueued', 'throttled'],
  ]),
  repair: rows('repair', [[T + 837 * MILLISECOND, 'repair', 'repair.stepDone', 'unregisteringShrinker']]),
};

export function seedHistory(agent: AgentId): readonly Row[] {
  return HISTORY[agent] ?? [];
}
