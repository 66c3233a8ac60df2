/**
 * What each kind of fault is in a plan: messages at instants, a slowdown, or a task of its own.
 */
import type { AgentId, AgentSpec, Latency, Message, Plan, Slowdown, VirtualTime } from '@dragon/engine';
import { type Fault, FaultError, memoryId, type PlannedFault, struckAgent, unknownName } from '@dragon/kernel';
import { DEFINITIONS } from './definitions.ts';
import { namePeers } from './name-peers.ts';

/** What a fault is in a plan. */
export interface FaultParts {
  /** What it does at its beginning, and at its end if it has one. */
  readonly steps: readonly { readonly at: VirtualTime; readonly to?: AgentId; readonly message?: Message }[];
  readonly agents?: readonly AgentSpec[];
  readonly delays?: { readonly [name: string]: Latency };
  readonly links?: { readonly [kinds: string]: VirtualTime };
  readonly slowdown?: Slowdown;
}

/** Returns when a fault ends; beyond all time if it is for good. */
export function endOf({ at, params }: Fault): VirtualTime {
  const { for: lasting } = params;
  return typeof lasting === 'number' ? at + lasting : Number.MAX_SAFE_INTEGER;
}

/** Returns what a fault is in a plan that has all those before it. */
export function faultParts(plan: Plan, fault: PlannedFault): FaultParts {
  const { at, kind, params } = fault;
  const end = endOf(fault);
  const struck = struckAgent(fault) ?? '';
  switch (kind) {
    case 'stall-cpu':
      return {
        steps: [
          { at, to: struck, message: { type: 'cpu.stall' } },
          { at: end, to: struck, message: { type: 'cpu.resume' } },
        ],
      };
    case 'slow-disk':
      return slowParts(plan, fault, ['rebuild', 'readDisk', 'writeCluster', 'logForce']);
    case 'slow-ag':
      return slowParts(plan, fault, ['rebuild'], readersOf(plan, params['ag'] as number, fault.name));
    case 'take-pages':
      return {
        steps: [
          {
            at,
            to: struck,
            message: { type: 'memory.takePages', pages: params['pages'] ?? 0, fault: fault.name },
          },
          ...('for' in params
            ? [{ at: end, to: struck, message: { type: 'memory.givePagesBack', fault: fault.name } }]
            : []),
        ],
      };
    case 'fail-page-alloc':
      return failPageAllocParts(plan, fault);
    case 'fail-nth':
      return {
        steps: [{ at, to: NODE_MEMORY, message: { type: 'memory.failNth', task: struck, nth: params['nth'] ?? 1 } }],
      };
    case 'kill-task':
      return { steps: [{ at, to: struck, message: { type: 'task.killed' } }] };
    case 'message':
      return { steps: [{ at, to: struck, message: answered(plan, struck, params['message'] as Message, fault.name) }] };
    case 'freeze':
      return freezeParts(plan, fault, params['for'] as number);
    default:
      throw new Error(`nobody has said what ${kind} does to a plan`);
  }
}

/** There is one node. */
const NODE_MEMORY = memoryId(0);

/** Kinds of agents all of whose requests are __GFP_NOFAIL. */
const NO_FAIL = ['churner'];

function failPageAllocParts({ agents, seed }: Plan, { at, name, params }: PlannedFault): FaultParts {
  const { probability = 0, interval = 1, times = 1, space = 0, 'task-filter': taskFilter = null } = params;
  const noFail = agents.filter(({ kind }) => NO_FAIL.includes(kind)).map(({ id }) => id);
  const attr = { probability, interval, times, space, taskFilter, noFail };
  const end = { type: 'memory.failPageAllocNoMore', fault: name };
  return {
    steps: [
      { at, to: NODE_MEMORY, message: { type: 'memory.failPageAlloc', fault: name, seed, attr } },
      ...('for' in params ? [{ at: at + (params['for'] as number), to: NODE_MEMORY, message: end }] : []),
    ],
  };
}

/** The threads that read the disk in an allocation group. */
function readersOf({ agents }: Plan, ag: number, name: string): readonly AgentId[] {
  const readers = agents.filter(({ kind, params }) => kind === 'repair' && (params as { ag?: number }).ag === ag);
  if (readers.length === 0) throw new FaultError(`${name}: nobody in this run reads the disk in AG ${ag}`);
  return readers.map(({ id }) => id);
}

function slowParts(
  { latency }: Plan,
  { at, params }: PlannedFault,
  names: readonly string[],
  agents?: readonly AgentId[],
): FaultParts {
  const to = at + (params['for'] as number);
  const delays = names.filter((name) => Object.hasOwn(latency.delays, name));
  const slowdown = { delays, from: at, to, factor: params['factor'] as number };
  return { steps: [{ at }, { at: to }], slowdown: agents === undefined ? slowdown : { ...slowdown, agents } };
}

/** Returns the message if the agent ever answers such. */
function answered({ agents }: Plan, to: AgentId, message: Message, name: string): Message {
  const kind = agents.find(({ id }) => id === to)?.kind ?? '';
  const causes = new Set(DEFINITIONS.get(kind)?.chart?.nodes.flatMap(({ edges }) => edges.map(({ by }) => by)));
  const [receiver] = message.type.split('.');
  if (causes.has(message.type) || causes.has(`${receiver}.*`)) return message;
  const types = [...causes].filter((cause) => cause.includes('.')).sort();
  throw new FaultError(`${name}: ${to} answers none of that: ${unknownName('message', message.type, types)}`);
}

export const FREEZER = 'freezer';
/** A thread is nearer to its scheduler than agents are to each other. */
export const FREEZER_LINKS = ['freezer>cpu', 'cpu>freezer'];

/** A task that freezes, and thaws after a while: the same as a workload may have. */
function freezeParts({ agents, latency }: Plan, { at, name }: PlannedFault, lasting: VirtualTime): FaultParts {
  let number = 0;
  while (agents.some(({ id }) => id === `freezer/${number}`)) number += 1;
  const id = `freezer/${number}`;
  const frozen = `fault ${name} lasts`;
  const pids = agents.flatMap(({ task }) => (task === undefined ? [] : [task.pid, task.spare?.pid ?? 0]));
  const inodegcCpus = agents.filter(({ kind }) => kind === 'inodegc').length;
  const isScheduled = agents.some(({ kind }) => kind === 'cpu');
  const near = Object.entries(latency.links).find(([kinds]) => kinds.endsWith('>cpu'))?.[1];
  const freezer: AgentSpec = {
    id,
    kind: FREEZER,
    params: { cpu: 0, inodegcCpus, frozen, ...(isScheduled ? {} : { scheduled: false }) },
    task: { comm: 'xfs_freeze', pid: Math.max(1, ...pids) + 1 },
  };
  return {
    steps: [{ at }, { at: at + lasting }],
    agents: namePeers([...agents, freezer]).slice(-1),
    delays: { [`start ${id}`]: { kind: 'fixed', ns: at }, [frozen]: { kind: 'fixed', ns: lasting } },
    links: near === undefined ? {} : Object.fromEntries(FREEZER_LINKS.map((kinds) => [kinds, near])),
  };
}
