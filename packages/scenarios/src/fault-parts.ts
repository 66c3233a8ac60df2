/**
 * What each kind of fault is in a plan: messages at instants, a slowdown, or a task of its own.
 */
import type {
  AgentId,
  AgentSpec,
  Fate,
  Json,
  Latency,
  Message,
  Plan,
  Rule,
  Slowdown,
  VirtualTime,
} from '@dragon/engine';
import {
  admitting,
  type Fault,
  FaultError,
  isTimer,
  memoryId,
  type PlannedFault,
  struckAgent,
  unknownName,
} from '@dragon/kernel';
import { failDiskParts } from './fail-disk-parts.ts';
import { DEFINITIONS } from './definitions.ts';
import { namePeers } from './name-peers.ts';
import { namingAgents } from './with-rules.ts';

/** What a fault is in a plan. */
export interface FaultParts {
  /** What it does at its beginning, and at its end if it has one. */
  readonly steps: readonly { readonly at: VirtualTime; readonly to?: AgentId; readonly message?: Message }[];
  readonly agents?: readonly AgentSpec[];
  readonly delays?: { readonly [name: string]: Latency };
  readonly links?: { readonly [kinds: string]: VirtualTime };
  readonly slowdown?: Slowdown;
  readonly rule?: Rule;
  /** A CPU on which no thread runs any more: those that could run nowhere else may call whoever is on the others. */
  readonly deadCpu?: number;
  /** Whom the inode cache has to tell when the file system is shut down. */
  readonly told?: readonly AgentId[];
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
    case 'unplug-cpu':
      return unplugParts(plan, fault);
    case 'slow-disk':
      return slowParts(plan, fault, ['rebuild', 'readDisk', 'writeCluster', 'logForce']);
    case 'slow-ag':
      return slowParts(plan, fault, ['rebuild'], readersOf(plan, params['ag'] as number, fault.name));
    case 'fail-disk':
      return failDiskParts(plan, fault);
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
      return freezeParts(plan, fault);
    case 'alloc-storm':
      return stormParts(plan, fault);
    case 'drop-caches':
      return addedParts(
        plan,
        at,
        namedTasks(plan, ['drop-caches'], 'bash', () => ({ ...kernelOf(plan), cpus: [0] })),
      );
    case 'repair-now':
      return repairParts(plan, fault);
    case 'delay':
    case 'hold':
    case 'reorder':
    case 'drop':
    case 'duplicate':
      return ruleParts(plan, fault, kind);
    default:
      throw new Error(`nobody has said what ${kind} does to a plan`);
  }
}

/** The first release in which the list of a CPU that is dead stays where it is. */
const KEEPS_DEAD_LISTS = [6, 6];

function unplugParts(plan: Plan, { at, name, params }: PlannedFault): FaultParts {
  const dead = params['cpu'] as number;
  if (dead === 0)
    throw new FaultError(
      `${name}: CPU 0 is the boot CPU, which Linux on x86 does not take offline: unplug another one`,
    );
  const gone = plan.agents.flatMap(({ kind, params: of }) =>
    kind === 'unplugger' ? [(of as { readonly dead: number }).dead] : [],
  );
  const cpus = Array.from({ length: cpusOf(plan) }, (_, cpu) => cpu).filter(
    (cpu) => cpu !== dead && !gone.includes(cpu),
  );
  const folds = isBefore(releaseOf(plan), KEEPS_DEAD_LISTS);
  const task = namedTasks(plan, ['unplugger'], 'bash', () => ({ dead, cpus, folds }));
  return { ...addedParts(plan, at, task), deadCpu: dead };
}

/** The kernel's release, as khungtaskd prints it: `6.1.0`. */
function releaseOf({ agents }: Plan): string {
  const params = agents.find(({ kind }) => kind === 'watchdog')?.params as { readonly release?: string } | undefined;
  return params?.release ?? '';
}

function isBefore(release: string, [major = 0, minor = 0]: readonly number[]): boolean {
  const [own = 0, ownMinor = 0] = release.split('.').map(Number);
  return own < major || (own === major && ownMinor < minor);
}

/** A rule from its instant on, and as long as it is in force. */
function ruleParts(plan: Plan, fault: PlannedFault, kind: Fate['kind']): FaultParts {
  const { at, name, params } = fault;
  const { what, from, to, by = 0, 'up-to': most = by, probability } = params as unknown as RuleParams;
  const [end, isOfTimers] = [endOf(fault), what !== undefined && isTimer(what)];
  const fate: Fate = kind === 'drop' ? { kind } : kind === 'hold' ? { kind, until: end } : { kind, min: by, max: most };
  const isEndless = end >= plan.until;
  const rule: Rule = {
    name,
    about: isOfTimers ? 'timers' : 'messages',
    names: what === undefined ? admitting('messages', kind) : [what],
    ...(isOfTimers ? to && { from: [to] } : { ...(from && { from: [from] }), ...(to && { to: [to] }) }),
    since: at,
    ...(!isEndless && { until: end }),
    probability: probability / 100,
    fate,
  };
  return { steps: [{ at }, ...(isEndless ? [] : [{ at: end }])], rule: namingAgents(plan, rule) };
}

interface RuleParams {
  readonly what?: string;
  readonly from?: AgentId;
  readonly to?: AgentId;
  readonly by?: VirtualTime;
  readonly 'up-to'?: VirtualTime;
  readonly probability: number;
}

/** There is one node. */
const NODE_MEMORY = memoryId(0);

/** Kinds of agents all of whose requests are __GFP_NOFAIL. */
const NO_FAIL = ['churner', 'inodegc'];

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

/** A task that freezes, and thaws after a while: the same as a workload may have. */
function freezeParts(plan: Plan, { at, name, params }: PlannedFault): FaultParts {
  const lasting = params['for'] as number;
  const frozen = `fault ${name} lasts`;
  const task = { ...kernelOf(plan), cpu: 0, inodegcCpus: cpusOf(plan), frozen };
  const [freezer] = namedTasks(plan, ['freezer'], 'xfs_freeze', () => task);
  const added = addedParts(plan, at, freezer === undefined ? [] : [freezer]);
  return {
    ...added,
    steps: [{ at }, { at: at + lasting }],
    delays: { ...added.delays, [frozen]: { kind: 'fixed', ns: lasting } },
  };
}

/** Tasks that take memory as hogs do, all from the same instant on, dealt over the CPUs. */
function stormParts(plan: Plan, { at, name, params }: PlannedFault): FaultParts {
  const { tasks, pages = 0, for: lasting } = params;
  const hold = `fault ${name} lasts`;
  const cpus = cpusOf(plan);
  const hogs = namedTasks(
    plan,
    Array.from({ length: tasks as number }, () => 'hog'),
    'storm',
    (i) => ({
      ...kernelOf(plan),
      node: 0,
      cpus: [i % cpus],
      pages,
      chunk: Math.min(STORM_CHUNK, pages as number),
      gfpFs: true,
      pause: 'hogPause',
      hold,
    }),
  );
  const added = addedParts(plan, at, hogs);
  return { ...added, delays: { ...added.delays, [hold]: { kind: 'fixed', ns: lasting as number } } };
}

const STORM_CHUNK = 256;

/** The repair of the group begins at once, or once more; one that is at it goes on. A run without one gets one. */
function repairParts(plan: Plan, { at, name, params }: PlannedFault): FaultParts {
  const ag = params['ag'] as number;
  const repairs = plan.agents.filter(({ kind }) => kind === 'repair');
  const [other] = repairs;
  const own = repairs.find((repair) => (repair.params as { readonly ag?: number }).ag === ag);
  if (own !== undefined) return { steps: [{ at, to: own.id, message: { type: 'task.repairNow' } }] };
  if (other !== undefined)
    throw new FaultError(`${name}: ${other.id} repairs another AG, and there is room for one repair in a run`);
  const of = () => ({ ...kernelOf(plan), ag, cpu: 0, stuckDisk: false });
  return addedParts(plan, at, namedTasks(plan, ['repair'], 'xfs_scrub', of));
}

/** CPUs, also where none has a scheduler. */
const cpusOf = ({ agents }: Plan): number => agents.filter(({ kind }) => kind === 'inodegc').length;

/** What every thread is told of the kernel that it runs in. */
function kernelOf({ agents }: Plan): { readonly [key: string]: Json } {
  const params = agents.find(({ kind }) => kind === 'kswapd')?.params as { readonly [key: string]: Json } | undefined;
  const { policy, geometry } = params ?? {};
  return { ...(policy === undefined ? {} : { policy }), ...(geometry === undefined ? {} : { geometry }) };
}

/** Returns tasks of these kinds, each with a number and a pid that are free. */
function namedTasks(
  { agents }: Plan,
  kinds: readonly string[],
  comm: string,
  paramsOf: (place: number) => { readonly [key: string]: Json },
): AgentSpec[] {
  const isScheduled = agents.some(({ kind }) => kind === 'cpu');
  const taken = new Set(agents.map(({ id }) => id));
  let pid = Math.max(1, ...agents.flatMap(({ task }) => (task === undefined ? [] : [task.pid, task.spare?.pid ?? 0])));
  return kinds.map((kind, i): AgentSpec => {
    let number = 0;
    while (taken.has(`${kind}/${number}`)) number += 1;
    const id = `${kind}/${number}`;
    taken.add(id);
    pid += 1;
    return { id, kind, params: { ...paramsOf(i), ...(isScheduled ? {} : { scheduled: false }) }, task: { comm, pid } };
  });
}

/** Returns what a plan gets with tasks that begin at an instant. */
function addedParts({ agents, latency }: Plan, at: VirtualTime, tasks: readonly AgentSpec[]): FaultParts {
  const near = Object.entries(latency.links).find(([kinds]) => kinds.endsWith('>cpu'))?.[1];
  const kinds = new Set(tasks.map(({ kind }) => kind));
  return {
    steps: [{ at }],
    agents: namePeers([...agents, ...tasks]).slice(agents.length),
    delays: Object.fromEntries(tasks.map(({ id }) => [`start ${id}`, { kind: 'fixed', ns: at } as const])),
    // A thread is nearer to its scheduler than agents are to each other.
    links:
      near === undefined
        ? {}
        : Object.fromEntries([...kinds].flatMap((kind) => [`${kind}>cpu`, `cpu>${kind}`].map((way) => [way, near]))),
  };
}
