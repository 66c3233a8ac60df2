/**
 * The scheduler of one CPU: its threads ask it for time. Linux 6.1 kernel/sched/core.c try_to_wake_up, __schedule,
 * scheduler_tick; kernel/sched/fair.c (see cfs.ts in the kernel package). A switch costs the two messages that make it.
 * Leaves out load balancing, which the threads themselves stand in for, interrupts, and CPU time stolen by anything
 * that is no agent.
 */
import type { AgentId } from '@dragon/engine';
import {
  type CpuMessage,
  IDLE_RUN_QUEUE,
  pickNext,
  type ReceivedAt,
  type RunQueue,
  type SchedTunables,
  schedTunables,
  sleepThread,
  tickPreempts,
  toTask,
  updateCurr,
  wakeThread,
} from '@dragon/kernel';
import { delay, effectActions, type Send, typesOf } from '@dragon/statechart';
import { assign, setup } from 'xstate';

/** `cpus`: how many the machine has, which the tunables depend on. */
export type CpuParams = { readonly cpu: number; readonly cpus: number };

interface CpuContext {
  readonly cpu: number;
  readonly tunables: SchedTunables;
  readonly runQueue: RunQueue;
  /** The turn of each thread's last wake-up. */
  readonly turns: { readonly [thread: AgentId]: number };
  /** Whom the last message concerns: the thread that lost the CPU, and the one that got it. */
  readonly sends: readonly Send[];
}

type CpuEvent = ReceivedAt<CpuMessage>;

/** __schedule: puts the leftmost thread on the CPU and tells whoever is concerned. */
function scheduled(context: CpuContext, before: RunQueue, at: number): Partial<CpuContext> {
  const last = before.curr?.thread;
  const runQueue = pickNext(before, at, context.tunables);
  const next = runQueue.curr?.thread;
  if (next === last) return { runQueue, sends: [] };
  const sends: Send[] = [];
  const say = (type: 'task.preempted' | 'task.dispatched', thread: AgentId): void => {
    sends.push(toTask(thread, { type, cpu: context.cpu, turn: context.turns[thread] ?? 0 }));
  };
  if (last !== undefined) say('task.preempted', last);
  if (next !== undefined) say('task.dispatched', next);
  return { runQueue, sends };
}

function woken(context: CpuContext, thread: AgentId, turn: number, at: number): Partial<CpuContext> {
  const turns = { ...context.turns, [thread]: turn };
  const { runQueue, preempts } = wakeThread(context.runQueue, thread, at, context.tunables);
  const wantsSwitch = runQueue.curr === null || preempts;
  return wantsSwitch ? { ...scheduled({ ...context, turns }, runQueue, at), turns } : { runQueue, turns, sends: [] };
}

function asleep(context: CpuContext, thread: AgentId, at: number): Partial<CpuContext> {
  const runQueue = sleepThread(context.runQueue, thread, at);
  return runQueue.curr === null ? scheduled(context, runQueue, at) : { runQueue, sends: [] };
}

/** scheduler_tick. */
function ticked(context: CpuContext, at: number): Partial<CpuContext> {
  const runQueue = updateCurr(context.runQueue, at);
  return tickPreempts(runQueue, at, context.tunables) ? scheduled(context, runQueue, at) : { runQueue, sends: [] };
}

const tell = { type: 'send', params: ({ context }: { context: CpuContext }) => context.sends } as const;

export const cpuMachine = setup({
  types: typesOf<{ context: CpuContext; events: CpuEvent; input: CpuParams }>(),
  actions: effectActions,
  delays: { tick: () => delay('tick') },
  guards: {
    isIdle: ({ context }) => context.runQueue.curr === null,
    isShared: ({ context }) => context.runQueue.queue.length > 0,
  },
}).createMachine({
  id: 'cpu',
  context: ({ input }) => ({
    cpu: input.cpu,
    tunables: schedTunables(input.cpus),
    runQueue: IDLE_RUN_QUEUE,
    turns: {},
    sends: [],
  }),
  on: {
    'cpu.wake': { actions: [assign(({ context, event }) => woken(context, event.from, event.turn, event.at)), tell] },
    'cpu.sleep': { actions: [assign(({ context, event }) => asleep(context, event.from, event.at)), tell] },
  },
  initial: 'idle',
  states: {
    idle: { always: { guard: ({ context }) => context.runQueue.curr !== null, target: 'running' } },
    running: {
      always: [
        { guard: 'isIdle', target: 'idle' },
        { guard: 'isShared', target: 'shared' },
      ],
    },
    /** More threads than one: the tick looks whether another one's turn has come. */
    shared: {
      always: { guard: ({ context }) => context.runQueue.queue.length === 0, target: 'running' },
      after: {
        tick: {
          target: 'shared',
          reenter: true,
          actions: [assign(({ context, event }) => ticked(context, event.at)), tell],
        },
      },
    },
  },
});
