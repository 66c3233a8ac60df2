/** What a tick of the scheduler brings. Linux 6.1 kernel/sched/core.c scheduler_tick, kernel/sched/fair.c. */
import type { Effect } from '@dragon/engine';
import { llcBit, tickPreempts, updateCurr } from '@dragon/kernel';
import type { Answer } from '@dragon/statechart';
import { type CpuContext, threadPicked, toSiblings } from './cpu-state.ts';
import { pulledTo } from './guests.ts';

/**
 * scheduler_tick; trigger_load_balance, after which an idle CPU may take one of those that wait. `first` is said first.
 */
export function ticked(context: CpuContext, at: number, first: readonly Effect[] = []): Answer<CpuContext> {
  const { cpu, guests, balances, tunables } = context;
  const runQueue = updateCurr(context.runQueue, at);
  const waiting = balances ? pulledTo(runQueue, guests, -1, at) : undefined;
  const kick = waiting && toSiblings(context, { type: 'cpu.overloaded', cpu, kick: waiting.allowed & ~llcBit(cpu) });
  const said = kick === undefined ? first : [...first, kick];
  return tickPreempts(runQueue, at, tunables)
    ? threadPicked(context, { runQueue, guests }, at, said)
    : [{ runQueue }, said];
}
