/**
 * What the CPUs of a last-level cache know of each other, kept by the first of them as sd_llc_shared is. Linux 6.1
 * kernel/sched/fair.c select_idle_cpu, newidle_balance, nohz_balancer_kick, find_busiest_queue. Each CPU says when it
 * becomes idle or busy, and that threads wait on it which others could run; the latter stands until somebody has
 * looked, as rd->overload does. Leaves out SIS_UTIL, which looks at fewer CPUs the busier they are, domains above the
 * cache, and what of balancing goes by load: any CPU on which threads wait is as good as another.
 */
import type { Effect } from '@dragon/engine';
import {
  LLC_CPUS,
  llcBit,
  llcMask,
  cpusOfLlc,
  type CpuMessage,
  firstOfLlc,
  type Received,
  toCpu,
} from '@dragon/kernel';

/** Masks of the CPUs of the LLC. */
export type LlcSiblings = {
  readonly idle: number;
  /** Idle ones that a thread has been sent to. */
  readonly claimed: number;
  /** Threads wait there that could run elsewhere. */
  readonly overloaded: number;
};

/** Returns what is known at the start of a machine of `cpus` CPUs: nobody wants any. */
export function allIdle(first: number, cpus: number): LlcSiblings {
  return { idle: llcMask(cpusOfLlc(first, cpus), first), claimed: 0, overloaded: 0 };
}

type Balance<Type extends CpuMessage['type']> = Extract<Received<CpuMessage>, { readonly type: Type }>;
type Told = readonly [siblings: LlcSiblings, effects: readonly Effect[]];

/** select_idle_cpu: the first idle CPU after the one where the thread was, or else that one. */
export function idleSelected(
  siblings: LlcSiblings,
  { thread, turn, allowed, lag, prev }: Balance<'cpu.selectIdle'>,
): Told {
  const found = nextAfter(prev, freeOf(siblings) & allowed);
  const moved = { type: 'cpu.enqueue', thread, turn, allowed, lag, prev } as const;
  if (found === undefined) return [siblings, [toCpu(prev, moved)]];
  return [claimed(siblings, found), [toCpu(found, moved)]];
}

/** newidle_balance: before it idles, a CPU looks whether others have too much. */
export function idleTold(siblings: LlcSiblings, { cpu }: Balance<'cpu.idle'>): Told {
  const { idle, claimed: sentTo, overloaded } = siblings;
  return balanced({ idle: idle | llcBit(cpu), claimed: sentTo & ~llcBit(cpu), overloaded }, cpu);
}

export function busyTold(
  { idle, claimed: sentTo, overloaded }: LlcSiblings,
  { cpu }: Balance<'cpu.busy'>,
): LlcSiblings {
  return { idle: idle & ~llcBit(cpu), claimed: sentTo & ~llcBit(cpu), overloaded };
}

/** nohz_balancer_kick: at the tick an idle CPU is told to take a thread over. */
export function overloadTold(before: LlcSiblings, { cpu, kick }: Balance<'cpu.overloaded'>): Told {
  const { idle, claimed: sentTo, overloaded } = before;
  const siblings = { idle, claimed: sentTo, overloaded: overloaded | llcBit(cpu) };
  const found = nextAfter(cpu, freeOf(siblings) & kick);
  if (found === undefined) return [siblings, []];
  return [claimed(siblings, found), [toCpu(cpu, { type: 'cpu.pull', cpu: found })]];
}

/** There was no thread to take over: another CPU may have one if nobody waits there at all. */
export function notPulled(siblings: LlcSiblings, { cpu, busiest, overloaded: still }: Balance<'cpu.notPulled'>): Told {
  const { idle, claimed: sentTo, overloaded } = siblings;
  const left = { idle, claimed: sentTo & ~llcBit(cpu), overloaded: still ? overloaded : overloaded & ~llcBit(busiest) };
  return still || (idle & llcBit(cpu)) === 0 ? [left, []] : balanced(left, cpu);
}

/** An idle CPU takes a thread from one that has too many. */
function balanced(siblings: LlcSiblings, cpu: number): Told {
  const busiest = nextAfter(cpu, siblings.overloaded & ~llcBit(cpu));
  if (busiest === undefined) return [siblings, []];
  return [claimed(siblings, cpu), [toCpu(busiest, { type: 'cpu.pull', cpu })]];
}

const freeOf = ({ idle, claimed: sentTo }: LlcSiblings): number => idle & ~sentTo;

const claimed = ({ idle, claimed: sentTo, overloaded }: LlcSiblings, cpu: number): LlcSiblings => ({
  idle,
  claimed: sentTo | llcBit(cpu),
  overloaded,
});

/** for_each_cpu_wrap. */
function nextAfter(cpu: number, mask: number): number | undefined {
  if (mask === 0) return undefined;
  const first = firstOfLlc(cpu);
  for (let step = 1; step <= LLC_CPUS; step += 1) {
    const each = first + ((cpu - first + step) % LLC_CPUS);
    if ((mask & llcBit(each)) !== 0) return each;
  }
  return undefined;
}
