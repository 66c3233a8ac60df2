/** What a shown task waits for and what it holds, as its stack tells. */
import {
  holdsIn,
  type KernelVersion,
  kernelVersionOf,
  STACK_RESOURCES,
  type StackHold,
  type StackResource,
  type StackWait,
  waitIn,
} from '@dragon/kernel';
import type { KernelDump, ShownTask } from './shown-task.ts';

export interface ReadTask {
  readonly task: ShownTask;
  /** `kswapd0`, or `rm:150` where several tasks of the dump have that name. */
  readonly name: string;
  readonly symbols: readonly string[];
  /** Undefined for a task that is not asleep, or whose stack says nothing. */
  readonly wait: StackWait | undefined;
  readonly holds: readonly StackHold[];
  /** The device of the file system that it works for, where its workqueue names it, as in `sda1`. */
  readonly fileSystem: string | undefined;
}

/** Workqueues of a mount, as in `xfs-inodegc/sda1`; and writeback, whose description is `(flush-253:0)`. */
const OF_A_MOUNT = ['xfs-', 'ext4-', 'btrfs-'];

/** Returns every task of the dump by its pid. */
export function readTasks(dump: KernelDump): Map<number, ReadTask> {
  const kernel = dump.release === undefined ? undefined : kernelVersionOf(dump.release);
  const names = new Map<string, number>();
  for (const { comm } of dump.tasks) names.set(comm, (names.get(comm) ?? 0) + 1);
  return new Map(
    dump.tasks.map((task) => [task.pid, readTask(task, kernel, names.get(task.comm) === 1 && task.comm !== '')]),
  );
}

function readTask(task: ShownTask, kernel: KernelVersion | undefined, isAlone: boolean): ReadTask {
  const symbols = task.frames.map(({ symbol }) => symbol);
  return {
    task,
    name: isAlone ? task.comm : task.comm === '' ? `pid ${task.pid}` : `${task.comm}:${task.pid}`,
    symbols,
    wait: isAsleep(task) ? (waitIn(symbols, kernel) ?? undefined) : undefined,
    holds: holdsIn(symbols, kernel),
    fileSystem: fileSystemOf(task),
  };
}

/** Of a piece of /proc that tells no state, that the stack ends in a known wait is all there is to go by. */
function isAsleep({ state }: ShownTask): boolean {
  return state === 'D' || state === '?';
}

/** Returns whether the task is one that a person would ask about: blocked, not merely listed. */
export function isBlocked({ task, wait }: ReadTask): boolean {
  return task.state === 'D' || (task.state === '?' && wait !== undefined);
}

function fileSystemOf({ workqueue }: ShownTask): string | undefined {
  const name = workqueue?.name ?? '';
  const slash = name.indexOf('/');
  return slash > 0 && OF_A_MOUNT.some((start) => name.startsWith(start)) ? name.slice(slash + 1) : undefined;
}

/** Reclaim goes over all file systems, whoever it was that came to need memory. */
const RECLAIM = ['do_shrink_slab', 'shrink_slab', 'shrink_slab_memcg'];

/** Returns the file system that a task works on in that frame, as far as the dump tells. */
function fileSystemIn({ fileSystem, symbols }: ReadTask, frame: string | undefined): string | undefined {
  const inner = frame === undefined ? -1 : symbols.indexOf(frame);
  return symbols.some((symbol, i) => i > inner && RECLAIM.includes(symbol)) ? undefined : fileSystem;
}

/**
 * Returns whether what the one waits for cannot be what the other has, as they are of two file systems, as far as the
 * dump tells. `frame` is the one that tells that it has it.
 */
export function areOfDifferentFileSystems(holder: ReadTask, waiter: ReadTask, frame?: string): boolean {
  const [held, awaited] = [
    fileSystemIn(holder, frame ?? holder.symbols.at(-1)),
    fileSystemIn(waiter, waiter.wait?.site),
  ];
  return held !== undefined && awaited !== undefined && held !== awaited;
}

/** Returns the kind of thing that a wait is for. */
export function resourceOf({ resource }: Pick<StackWait, 'resource'>): StackResource {
  return STACK_RESOURCES[resource];
}

/** Returns `shrinker_rwsem for writing`, or `an AGI of sda1`. */
export function waitWords(task: ReadTask): string {
  const { wait } = task;
  const fileSystem = fileSystemIn(task, wait?.site);
  if (wait === undefined) return 'something that its stack does not tell';
  const { noun, scope, vague } = resourceOf(wait);
  const timeout = wait.mode === 'timed' && vague === true && wait.resource !== 'timer' ? ', or a timeout' : '';
  const place = fileSystem !== undefined && scope !== 'machine' ? ` of ${fileSystem}` : '';
  return `${noun}${place}${inMode(wait.lock)}${timeout}`;
}

/** Callers of whatever a task does for long: what they have called says where it is. */
const CALLERS = ['do_shrink_slab', 'shrink_slab', 'shrink_slab_memcg', 'process_one_work'];
/** Which header of an AG is read stands further out than the sleep. */
const READERS = ['xfs_read_agi', 'xfs_read_agf'];

/** Returns the shrinker or the work that a task runs, or the function on top of its stack but for the scheduler's. */
export function placeOf({ symbols }: ReadTask): string {
  const caller = symbols.findIndex((symbol) => CALLERS.includes(symbol));
  return (caller > 0 ? symbols[caller - 1] : (waitIn(symbols)?.site ?? symbols[0])) ?? '';
}

/** Returns the frames that told: how it sleeps, where, and each function that holds something; or where it runs. */
export function tellingFrames(task: ReadTask): string[] {
  const { symbols, wait } = task;
  const site = wait === undefined ? 0 : symbols.indexOf(wait.site);
  const told = new Set([...shownHolds(task).map(({ frame }) => frame), ...READERS]);
  const place = wait === undefined ? placeOf(task) : undefined;
  return symbols.filter(
    (symbol, i) => (i >= site - 1 && i <= site + (wait === undefined ? 0 : 1)) || told.has(symbol) || symbol === place,
  );
}

/** What other kernels have in place of shrinker_rwsem. */
const LIKE_THE_LIST: readonly StackHold['resource'][] = ['shrinker reference', 'shrinker_srcu'];

/** Returns what is worth a word of what it holds: locks, and the work that others wait for. */
export function shownHolds({ holds }: ReadTask): StackHold[] {
  const hasList = holds.some(({ resource }) => resource === 'shrinker_rwsem');
  return holds.filter(({ resource }) => {
    // A kernel whose release is not told may be of either kind; the stacks of its writers show the rwsem.
    if (LIKE_THE_LIST.includes(resource) && hasList) return false;
    return STACK_RESOURCES[resource].endedBy === 'holder' || resource === 'inodegc work';
  });
}

/** Returns `holds shrinker_rwsem for reading`, or `runs the inodegc work of vda`. */
export function holdWords({ resource, lock }: StackHold, { fileSystem }: ReadTask): string {
  if (resource === 'inodegc work') return `runs the inodegc work${fileSystem === undefined ? '' : ` of ${fileSystem}`}`;
  return `holds ${STACK_RESOURCES[resource].noun}${inMode(lock)}`;
}

function inMode(lock: StackWait['lock']): string {
  if (lock === '') return '';
  return lock === 'W' ? ' for writing' : ' for reading';
}
