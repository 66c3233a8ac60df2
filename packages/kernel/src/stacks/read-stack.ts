/**
 * The reading of a real kernel's stack: what its task waits for, and what it must hold. A stack is a list of function
 * names, innermost first, without the unwinder's guesses (`? `): an importer takes offsets, modules and suffixes off
 * with `functionOf`.
 */
import type { LockMode } from '@dragon/engine';
import { IMPLIED_HOLDS, type ImpliedHold } from './implied-holds.ts';
import { isOneOf, type Kernels, type KernelVersion } from './kernel-versions.ts';
import { PRIMITIVE_WAITS_FOR, SLEEP_PRIMITIVES, type SleepPrimitive } from './sleep-primitives.ts';
import type { StackResourceName } from './stack-resources.ts';
import { WAIT_SITES, type WaitSite } from './wait-sites.ts';

/** What a sleeping task waits for, as far as its stack tells. */
export interface StackWait extends Kernels {
  readonly resource: StackResourceName;
  /** How it wants the lock; empty where the lock has one mode, or the stack does not tell. */
  readonly lock: LockMode;
  readonly mode: 'uninterruptible' | 'killable' | 'timed';
  /** Null for a stack without the scheduler's frames, as /proc/PID/stack has it. */
  readonly primitive: SleepPrimitive | null;
  /** The function that called the primitive; empty if there is none. */
  readonly site: string;
}

/** What a function on the stack says that its task holds. */
export interface StackHold extends Kernels {
  readonly resource: StackResourceName;
  readonly lock: LockMode;
  /** The function. */
  readonly frame: string;
  readonly because: string;
}

/**
 * Returns the function in a frame as printed after its offset was cut: `shrink_slab` for `shrink_slab.constprop.0`,
 * `xfs_buf_lock` for `xfs_buf_lock [xfs]` or `xfs_buf_lock+0x2d/0xe0 [xfs]`.
 */
export function functionOf(frame: string): string {
  const ends = ['+', ' ', '.'].map((mark) => frame.indexOf(mark)).filter((at) => at > 0);
  return ends.length === 0 ? frame : frame.slice(0, Math.min(...ends));
}

/**
 * Returns what the task of this stack waits for, or null for an empty one. The task must sleep: the stack of a running
 * one says where it is, not that it waits. `kernel` undefined: any.
 */
export function waitIn(frames: readonly string[], kernel?: KernelVersion): StackWait | null {
  const { primitive, lock, mode, outermost } = sleepIn(frames);
  const site = frames[outermost];
  if (site === undefined && primitive === null) return null;
  const outside = frames.slice(outermost + 1);
  const found =
    site === undefined
      ? undefined
      : WAIT_SITES.find((each) => isOneOf(each, kernel) && fits(each, site, outside, primitive, lock));
  const kernels = found === undefined ? {} : kernelsOf(found);
  if (found === undefined && primitive === null) return null;
  return {
    resource: found?.waitsFor ?? PRIMITIVE_WAITS_FOR[primitive ?? 'schedule'],
    lock: found?.lock ?? lock,
    mode: found?.mode ?? mode,
    primitive,
    site: site ?? '',
    ...kernels,
  };
}

/** Returns what the task of this stack holds, each thing once, innermost first. `kernel` undefined: any. */
export function holdsIn(frames: readonly string[], kernel?: KernelVersion): StackHold[] {
  const { outermost } = sleepIn(frames);
  const holds: StackHold[] = [];
  frames.forEach((frame, index) => {
    // A function that itself waits has not got yet what it waits for; what it holds meanwhile is told by `calling`.
    const callee = frames[index - 1];
    if (callee === undefined || index <= outermost) return;
    for (const implied of IMPLIED_HOLDS) {
      if (!isOneOf(implied, kernel) || !implied.inside.includes(frame) || !calls(implied, callee)) continue;
      if (holds.some(({ resource, lock }) => resource === implied.holds && lock === implied.lock)) continue;
      holds.push({
        resource: implied.holds,
        lock: implied.lock,
        frame,
        because: implied.because,
        ...kernelsOf(implied),
      });
    }
  });
  return holds;
}

/** The primitives on top, and where the first frame that is none stands. */
function sleepIn(frames: readonly string[]) {
  let sleep: { primitive: SleepPrimitive | null; lock: LockMode; mode: StackWait['mode'] } = {
    primitive: null,
    lock: '',
    mode: 'uninterruptible',
  };
  let outermost = 0;
  for (; ; outermost += 1) {
    const frame = SLEEP_PRIMITIVES.get(frames[outermost] ?? '');
    if (frame === undefined) return { ...sleep, outermost };
    sleep = { primitive: frame.primitive, lock: frame.lock, mode: frame.mode ?? sleep.mode };
  }
}

function fits(
  { by, at, below, lock }: WaitSite,
  site: string,
  outside: readonly string[],
  primitive: SleepPrimitive | null,
  wanted: LockMode,
): boolean {
  if (!at.includes(site)) return false;
  // A sleep for some time is one with a timeout.
  const how = primitive === 'sleep' ? 'timeout' : primitive;
  if (how !== null && !(typeof by === 'string' ? by === how : by.includes(how))) return false;
  if (primitive !== null && lock !== undefined && lock !== wanted) return false;
  return below === undefined || below.some((frame) => outside.includes(frame));
}

function calls({ calling, notCalling }: ImpliedHold, callee: string): boolean {
  return (calling === undefined || calling.includes(callee)) && !(notCalling?.includes(callee) ?? false);
}

const kernelsOf = ({ since, until }: Kernels): Kernels => ({
  ...(since === undefined ? {} : { since }),
  ...(until === undefined ? {} : { until }),
});
