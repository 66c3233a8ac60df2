/**
 * Edges of the wait-for graph of a dump: who must get on before a blocked task can, and how that is known. A stack
 * names kinds of locks, not locks; where that leaves a doubt, an edge says so.
 */
import type { StackWait } from '@dragon/kernel';
import { bufferCandidates } from './holder-candidates.ts';
import { ListedLocks } from './listed-locks.ts';
import { haveMet } from './moments.ts';
import type { KernelDump, NamedOwner } from './shown-task.ts';
import { areOfDifferentFileSystems, isBlocked, placeOf, type ReadTask, resourceOf, waitWords } from './task-wait.ts';

/**
 * - `stack`: the code of a frame holds it, and there is one of that lock in the machine.
 * - `locks`: lockdep's lists name the same lock twice.
 * - `kernel`: the kernel names the holder itself.
 * - `fits`: of the tasks in the dump this is one that may be it; of a kind of lock there are many.
 */
type Basis = 'stack' | 'locks' | 'kernel' | 'fits';

export interface Edge {
  readonly pid: number;
  readonly basis: Basis;
  /** As in `shrink_slab on its stack: shrink_slab holds it for its walk`. */
  readonly because: string;
  /** The two were not shown at one time: when one was seen, the other may have been elsewhere. */
  readonly apart?: true;
}

export interface Blockers {
  /** Every one of them must get on. */
  readonly all: readonly Edge[];
  /** One of them, and nothing tells which. If there is one, it is the only one that fits. */
  readonly oneOf: readonly Edge[];
  /** What no task holds: a disk, the thaw of a frozen file system. */
  readonly outside: string | undefined;
}

/** A machine with every task that it shows, and who stands in whose way. */
export interface WaitGraph {
  readonly dump: KernelDump;
  readonly tasks: ReadonlyMap<number, ReadTask>;
  readonly blocked: readonly ReadTask[];
  readonly blockers: ReadonlyMap<number, Blockers>;
  readonly locks: ListedLocks;
}

const FREEZE_LEVELS = ['sb_writers', 'sb_pagefault', 'sb_internal'];
const THAW = ['thaw_super', 'thaw_super_locked'];
/** Of these there are many, and a dump has no way to tell one from another. */
const ONE_OF_A_KIND = new Set(['machine', 'NUMA node', 'file system', 'AG', 'CPU']);
/** Many too, but whoever works on one is rare. */
const FEW = ['inactivation', 'shrinker reference'];

const none = (outside?: string): Blockers => ({ all: [], oneOf: [], outside });

/** Returns the wait-for graph of the dump. */
export function waitGraph(dump: KernelDump, tasks: ReadonlyMap<number, ReadTask>): WaitGraph {
  const locks = new ListedLocks(dump, tasks);
  const all = [...tasks.values()];
  const blocked = all.filter(isBlocked);
  const owners = new Map(dump.owners.map((owner) => [owner.waiter, owner]));
  const alike = new Map<string, Blockers>();
  const blockersOf = (waiter: ReadTask): Blockers =>
    ownerNamed(waiter, owners.get(waiter.task.pid)) ??
    listed(waiter, locks) ??
    flushed(waiter, dump) ??
    byStackOnce(waiter, all, alike);
  const blockers = new Map(blocked.map((task) => [task.task.pid, inMoments(blockersOf(task), task, tasks)]));
  return { dump, tasks, blocked, blockers, locks };
}

/** Marks who was not shown at the same time as the waiter. What the kernel says of two tasks it says of one time. */
function inMoments(blockers: Blockers, { task }: ReadTask, tasks: ReadonlyMap<number, ReadTask>): Blockers {
  const marked = (edge: Edge): Edge => {
    const holder = tasks.get(edge.pid)?.task;
    return holder === undefined || edge.basis === 'kernel' || haveMet(task, holder) ? edge : { ...edge, apart: true };
  };
  const [all, oneOf] = [blockers.all, blockers.oneOf].map((edges) => edges.map(marked));
  return { all: all ?? [], oneOf: oneOf ?? [], outside: blockers.outside };
}

/** Thousands may wait for one thing: who is in their way is worked out once for all who do not hold it themselves. */
function byStackOnce(waiter: ReadTask, tasks: readonly ReadTask[], alike: Map<string, Blockers>): Blockers {
  const { wait, holds, fileSystem, symbols } = waiter;
  if (wait === undefined || holds.some(({ resource }) => resourcesOf(wait).includes(resource)))
    return byStack(waiter, tasks);
  const key = [
    wait.resource,
    wait.lock,
    wait.mode,
    fileSystem,
    symbols.some(isXfs),
    symbols.includes('shrink_slab'),
  ].join(' ');
  const known = alike.get(key) ?? byStack(waiter, tasks);
  alike.set(key, known);
  return known;
}

/** A stack may tell no more than that it is one of several. */
const resourcesOf = (wait: StackWait): readonly string[] => resourceOf(wait).oneOf ?? [wait.resource];
const isXfs = (symbol: string) => symbol.startsWith('xfs_');

function ownerNamed(waiter: ReadTask, owner: NamedOwner | undefined): Blockers | undefined {
  if (owner === undefined) return undefined;
  const verb = owner.last ? 'held it last' : 'likely owns it';
  const edge: Edge = { pid: owner.owner, basis: 'kernel', because: `the kernel says that it ${verb}` };
  // The last holder of a semaphore may have given it back from another context.
  return owner.last || waiter.wait?.lock === 'R'
    ? { all: [], oneOf: [edge], outside: undefined }
    : { all: [edge], oneOf: [], outside: undefined };
}

function listed(waiter: ReadTask, locks: ListedLocks): Blockers | undefined {
  const awaited = locks.awaited(waiter);
  if (awaited === undefined) return undefined;
  const holders = locks.holders(awaited, waiter);
  if (holders.length === 0) return undefined;
  const edges = holders.map(
    ({ pid, lock }): Edge => ({
      pid,
      basis: 'locks',
      because: `its list of held locks has ${lock.lockClass} at ${lock.address}, taken in ${lock.at}`,
    }),
  );
  const certain = edges.filter((_edge, i) => holders[i]?.certain);
  // A mutex has one holder: where the lists name two, one of them is wrong, and it is not known which.
  const contradict = waiter.wait?.primitive === 'mutex' && certain.length > 1;
  return certain.length > 0 && !contradict
    ? { all: certain, oneOf: [], outside: undefined }
    : { all: [], oneOf: edges, outside: undefined };
}

/** A dump of workqueues names those who wait for the end of what a worker runs. */
function flushed(waiter: ReadTask, { inFlight }: KernelDump): Blockers | undefined {
  const all = inFlight
    .filter(({ flushers }) => flushers.includes(waiter.task.pid))
    .map(
      ({ worker, work }): Edge => ({
        pid: worker,
        basis: 'kernel',
        because: `it runs ${work}, and its barrier is that of ${waiter.name}`,
      }),
    );
  return all.length === 0 ? undefined : { all, oneOf: [], outside: undefined };
}

function byStack(waiter: ReadTask, tasks: readonly ReadTask[]): Blockers {
  const { wait } = waiter;
  if (wait === undefined) return none();
  const { scope, endedBy, noun } = resourceOf(wait);
  if (endedBy === 'outside') return none(noun);
  if (FREEZE_LEVELS.includes(wait.resource) && wait.lock === 'R') return freeze(waiter, tasks);
  if (wait.resource === 'AGI' || wait.resource === 'AGF')
    return {
      ...none(),
      oneOf: bufferCandidates(waiter, tasks).map(({ holder, because }) => fits(holder, because)),
    };
  if (!ONE_OF_A_KIND.has(scope) && !FEW.includes(wait.resource)) return none(timer(waiter));
  const holders = holdersByStack(waiter, tasks);
  if (scope === 'machine') return { ...none(), all: holders.map((edge) => ({ ...edge, basis: 'stack' as const })) };
  if (wait.resource === 'pfmemalloc_wait' && holders.length === 1)
    return { ...none(), all: holders.map((edge) => ({ ...edge, basis: 'stack' as const })) };
  if (wait.resource === 'inodegc works') return ofOneFileSystem(holders, tasks);
  if (holders.length === 0 && wait.resource === 's_umount' && wait.lock === 'R') return queuedBehind(waiter, tasks);
  return { ...none(timer(waiter)), oneOf: holders };
}

/** A wait that time ends needs nobody. That there is a timeout says no more than that it may be one. */
const timer = ({ wait }: ReadTask) =>
  wait !== undefined && (wait.resource === 'timer' || (wait.mode === 'timed' && resourceOf(wait).vague !== true))
    ? 'time'
    : undefined;

const fits = ({ task }: ReadTask, because: string): Edge => ({ pid: task.pid, basis: 'fits', because });

function holdersByStack(waiter: ReadTask, tasks: readonly ReadTask[]): Edge[] {
  const { wait } = waiter;
  if (wait === undefined) return [];
  const levels = resourcesOf(wait);
  return tasks.flatMap((holder) => {
    if (holder === waiter && !mayHaveItself(wait)) return [];
    if (wait.resource === 'shrinker reference' && isOtherShrinker(waiter, holder)) return [];
    const hold = holder.holds.find(
      (each) => levels.includes(each.resource) && !(wait.lock === 'R' && each.lock === 'R'),
    );
    if (hold === undefined || areOfDifferentFileSystems(holder, waiter, hold.frame)) return [];
    return [fits(holder, `its stack has ${hold.frame} (${hold.because})`)];
  });
}

/** What there is one of in the machine; and up to 6.1.1 a worker could come to flush the queue that it works for. */
const mayHaveItself = (wait: StackWait) => resourceOf(wait).scope === 'machine' || wait.resource === 'inodegc work';

/**
 * Whoever scans a superblock has its s_umount for reading; whoever frees its shrinker has it for writing. So a scan of
 * a superblock is in nobody's way, and a scan of XFS in the way of XFS alone.
 */
function isOtherShrinker(waiter: ReadTask, holder: ReadTask): boolean {
  const scan = placeOf(holder);
  return scan === 'super_cache_scan' || isXfs(scan) !== waiter.symbols.some(isXfs);
}

/**
 * The end of a freeze: whoever is still freezing must first be done; then only thaw_super ends it. Which file system is
 * frozen no stack tells.
 */
function freeze(waiter: ReadTask, tasks: readonly ReadTask[]): Blockers {
  const freezers = holdersByStack(waiter, tasks);
  if (freezers.length > 0) return { ...none(), oneOf: freezers };
  const thawers = tasks.filter((task) => task !== waiter && task.symbols.some((symbol) => THAW.includes(symbol)));
  if (thawers.length === 0) return none('the thaw of a frozen file system');
  return { ...none(), oneOf: thawers.map((task) => fits(task, 'only thaw_super ends a freeze, and it is in there')) };
}

/** Workers of one file system are all needed; of several, which file system is flushed is not told. */
function ofOneFileSystem(holders: readonly Edge[], tasks: readonly ReadTask[]): Blockers {
  const named = new Set(
    tasks.filter(({ task }) => holders.some(({ pid }) => pid === task.pid)).map(({ fileSystem }) => fileSystem),
  );
  return named.size <= 1 ? { ...none(), all: holders } : { ...none(), oneOf: holders };
}

/** A reader waits behind a writer that waits, too. */
function queuedBehind(waiter: ReadTask, tasks: readonly ReadTask[]): Blockers {
  const writers = tasks.filter(
    ({ wait }) => wait !== undefined && wait.resource === waiter.wait?.resource && wait.lock === 'W',
  );
  return { ...none(), oneOf: writers.map((task) => fits(task, `it waits for ${waitWords(task)} before it`)) };
}
