/**
 * The report that lockdep would have printed, in dmesg's form. Linux 6.1 kernel/locking/lockdep.c: print_circular_bug,
 * print_deadlock_bug. What is not known is left out: addresses, and the stacks of locks that were taken without a wait,
 * of which the function that took them stands alone. lockdep speaks when a lock is asked for, before
 * anybody sleeps: the frames of the sleep are not on its stacks.
 */
import type { Plan } from '@dragon/engine';
import { FS_RECLAIM } from '@dragon/kernel';
import { kernelLogLine } from './kernel-log-line.ts';
import type { Lockdep, LockdepDependency, LockdepLock, LockdepSplat } from './lockdep.ts';
import { TaskNames } from './task-names.ts';

const RULER = '======================================================';
const LINE = '------------------------------------------------------';
const INDENT = '       ';

/** Returns the lines as dmesg prints them; none if there is no splat. */
export function lockdepLog(
  lockdep: Pick<Lockdep, 'splat' | 'usage'>,
  plan: Pick<Plan, 'agents'>,
  release: string,
): string[] {
  const { splat } = lockdep;
  if (splat === undefined) return [];
  const { comm, pid = 0 } = new TaskNames(plan).task(splat.agent);
  const task = `${comm}/${pid}`;
  const named = (each: LockdepLock) => nameOf(each, lockdep);
  const at = (each: LockdepLock) => `${named(each)}, at: ${takenAt(each)}`;
  const lines = [
    '',
    ...(splat.kind === 'recursive'
      ? ['============================================', 'WARNING: possible recursive locking detected']
      : [RULER, 'WARNING: possible circular locking dependency detected']),
    `${release} #1 Not tainted`,
    splat.kind === 'recursive' ? '--------------------------------------------' : LINE,
    `${task} is trying to acquire lock:`,
    at(splat.asked),
    '',
    'but task is already holding lock:',
    at(splat.against),
    '',
    ...(splat.kind === 'recursive' ? recursiveLines(splat) : circularLines(splat, named)),
    '',
    ' *** DEADLOCK ***',
    '',
    `${splat.held.length} ${splat.held.length === 1 ? 'lock' : 'locks'} held by ${task}:`,
    ...splat.held.map((each, i) => ` #${i}: ${at(each)}`),
    '',
    'stack backtrace:',
    `CPU: 0 PID: ${pid} Comm: ${comm} Not tainted ${release} #1`,
    'Call Trace:',
    ' <TASK>',
    ...['dump_stack_lvl', ...(splat.kind === 'circular' ? ['check_noncircular'] : []), '__lock_acquire'].map(
      (frame) => ` ${frame}`,
    ),
    ...acquiring(splat.asked, splat.stack).map((frame) => ` ${frame}`),
    ' </TASK>',
  ];
  return lines.map((line) => kernelLogLine(splat.at, line).trimEnd());
}

function circularLines({ asked, against, chain, stack }: LockdepSplat, named: (lock: LockdepLock) => string): string[] {
  const depth = chain.length;
  // What is between the two, as print_circular_lock_scenario has it: the last before the lock that is held.
  const parent = chain.at(-1)?.previous ?? asked;
  return [
    'which lock already depends on the new lock.',
    '',
    '',
    'the existing dependency chain (in reverse order) is:',
    ...chain.toReversed().flatMap((link, i) => ['', `-> #${depth - i} ${named(link.next)}:`, ...stackOf(link)]),
    '',
    `-> #0 ${named(asked)}:`,
    ...['__lock_acquire', ...acquiring(asked, stack)].map((frame) => `${INDENT}${frame}`),
    '',
    'other info that might help us debug this:',
    '',
    ...(depth < 2
      ? []
      : ['Chain exists of:', `  ${[asked, parent, against].map(({ lock }) => lock.class).join(' --> ')}`, '']),
    ' Possible unsafe locking scenario:',
    '',
    '       CPU0                    CPU1',
    '       ----                    ----',
    `  lock(${against.lock.class});`,
    `                               lock(${parent.lock.class});`,
    `                               lock(${against.lock.class});`,
    `  lock(${asked.lock.class});`,
  ];
}

function recursiveLines({ asked, against }: LockdepSplat): string[] {
  return [
    'other info that might help us debug this:',
    ' Possible unsafe locking scenario:',
    '',
    '       CPU0',
    '       ----',
    `  lock(${against.lock.class});`,
    `  lock(${asked.lock.class});`,
  ];
}

const stackOf = ({ next, stack }: LockdepDependency) => acquiring(next, stack).map((frame) => `${INDENT}${frame}`);

/** Frames of a thread that sleeps for a lock, which it has not come to yet when it asks. */
const ASLEEP = new Set([
  '__schedule',
  'schedule',
  'schedule_timeout',
  '__wait_for_common',
  'percpu_rwsem_wait',
  '__percpu_down_read',
  'rwsem_down_read_slowpath',
  'rwsem_down_write_slowpath',
]);

/** Returns the stack of a wait as it was when its thread asked for the lock, from lock_acquire on. */
function acquiring({ lock, mode, tried }: LockdepLock, stack: readonly string[]): string[] {
  if (stack.length === 0) return ['lock_acquire', takenAt({ lock, mode, tried })];
  if (lock.class === FS_RECLAIM.class) {
    const reclaim = stack.findIndex((frame) => frame === 'balance_pgdat' || frame === FS_RECLAIM.writeAt);
    return ['lock_acquire', 'fs_reclaim_acquire', ...stack.slice(Math.max(0, reclaim))];
  }
  const first = stack.findIndex((frame) => !ASLEEP.has(frame));
  const down = lock.waitType === '{3:3}' ? [mode === 'R' ? 'down_read' : 'down_write'] : [];
  return ['lock_acquire', ...down, ...stack.slice(Math.max(0, first))];
}

/** As in `(shrinker_rwsem){++++}-{3:3}`. */
const nameOf = ({ lock }: LockdepLock, lockdep: Pick<Lockdep, 'usage'>) =>
  `(${lock.class}){${lockdep.usage(lock)}}-${lock.waitType}`;

const takenAt = ({ lock, mode }: LockdepLock) => (mode === 'R' ? lock.readAt : lock.writeAt);
