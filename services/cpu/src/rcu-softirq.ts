/**
 * Callbacks of RCU on the CPU that was given them, in an interrupt of whoever is on it. Linux 6.1 kernel/rcu/tree.c
 * rcu_core, rcu_do_batch; kernel/softirq.c __do_softirq. What the interrupt frees is to the credit of the thread that
 * it interrupts. What is left after it ksoftirqd runs, to nobody's: that is no thread here, so it has the CPU until it
 * is done and shares it with nobody. Leaves out that callbacks wait for the tick (the grace period is long enough for
 * that), and a tick that comes meanwhile.
 */
import { toInodeCache, toTask } from '@dragon/kernel';
import type { Answer } from '@dragon/statechart';
import { type Batch, type CpuContext, turnOf } from './cpu-state.ts';
import { toldCurr } from './stalled.ts';

type Change = Answer<CpuContext>;

export function softirqRaised({ softirq }: CpuContext): Partial<CpuContext> {
  return { softirq: { ...softirq, raised: true } };
}

/** Whoever is on the CPU is interrupted. */
export function interrupted(context: CpuContext): Change {
  return [{}, toldCurr(context, 'task.cpuStalled')];
}

export function callbacksAskedFor({ cpu, softirq }: CpuContext): Change {
  return [{ softirq: { ...softirq, raised: false } }, [toInodeCache({ type: 'inodeCache.runCallbacks', cpu })]];
}

export function batchBegun({ softirq }: CpuContext, { callbacks, pages, more }: Batch): Partial<CpuContext> {
  return { softirq: { ...softirq, batch: { callbacks, pages, more } } };
}

/** The objects are free. */
export function batchDone(context: CpuContext, { pages, more }: Batch): Change {
  const { cpu, guests, runQueue, softirq } = context;
  const { curr } = runQueue;
  const change = { softirq: { raised: softirq.raised || more, byThread: more, batch: null } };
  if (curr === null || pages === 0 || softirq.byThread) return [change, []];
  return [change, [toTask(curr.thread, { type: 'task.rcuFreed', cpu, turn: turnOf(guests, curr.thread), pages })]];
}

/** rcutree_migrate_callbacks: another CPU runs them, and here it is not said which; nobody is interrupted. */
export function callbacksOfOffline({ cpu }: CpuContext, more: boolean): Change {
  return [{}, more ? [toInodeCache({ type: 'inodeCache.runCallbacks', cpu })] : []];
}
