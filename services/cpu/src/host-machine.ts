/**
 * The host of virtual CPUs that all run on one of its threads: gives it to those that have something to run, in turn.
 * QEMU with instruction counting: accel/tcg/tcg-accel-ops-rr.c rr_cpu_thread_fn, tcg-accel-ops-icount.c
 * icount_percpu_budget. All vCPUs share one clock, which goes on whoever runs; one that halts is passed over. A turn is
 * the time to the guest's next timer, divided by the number of vCPUs, and is reckoned anew for each: 1 ms after a tick
 * of 4 ms with four of them, then 0.75 ms, and so on, as the traces have it.
 * Leaves out timers other than the tick, a vCPU that spins and so gives its turn up (pause), and time that the host
 * gives to others. A fault that stalls a vCPU makes it wait for its next turn only, as the two say the same to it.
 */
import type { Effect } from '@dragon/engine';
import { CONTEXT_COPIERS, cpuId, type HostMessage, type ReceivedAt } from '@dragon/kernel';
import { type Answer, chartKit, delay, effectActions, type MachineOptions, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';

/** `tick`: nanoseconds. */
export type HostParams = { readonly vcpus: number; readonly tick: number };

interface HostContext {
  readonly vcpus: number;
  readonly tick: number;
  /** Those that have something to run, in the order of their turns after CPU 0. */
  readonly runnable: readonly number[];
  /** Who has the thread. */
  readonly current: number | null;
  /** For how long at most if others wait, in microseconds. */
  readonly slice: number;
}

type HostEvent = ReceivedAt<HostMessage>;

const { answer, answerTo, guard, guardOn } = chartKit<HostContext, HostEvent>();

const MICROSECOND = 1_000;

/** QEMU goes down to an instruction: estimated, so that turns do not become countless before a tick. */
const SHORTEST = 20;

const sliceAt = ({ vcpus, tick }: HostContext, at: number): number =>
  Math.max(SHORTEST, Math.floor((tick - (at % tick)) / vcpus / MICROSECOND));

const toCpu = (cpu: number, type: 'cpu.stall' | 'cpu.resume'): Effect => ({
  kind: 'send',
  to: cpuId(cpu),
  message: { type },
});

/** Gives the thread to the next one after who had it last. */
function passedOn(context: HostContext, runnable: readonly number[], at: number): Answer<HostContext> {
  const { current } = context;
  const next = runnable.find((cpu) => cpu > (current ?? -1)) ?? runnable[0] ?? null;
  const change = { runnable, current: next, slice: sliceAt(context, at) };
  return [change, next === null ? [] : [toCpu(next, 'cpu.resume')]];
}

const runnable = answerTo('host.runnable', (context, { cpu, at }) => {
  const all = context.runnable.filter((each) => each !== cpu).concat(cpu);
  all.sort((a, b) => a - b);
  if (context.current === null) return passedOn(context, all, at);
  return [{ runnable: all, slice: sliceAt(context, at) }, []];
});

const halted = answerTo('host.halted', (context, { cpu, at }) => {
  const left = context.runnable.filter((each) => each !== cpu);
  return cpu === context.current ? passedOn(context, left, at) : [{ runnable: left }, []];
});

const nextTurn = answer((context, { at }) => {
  const [change, said] = passedOn(context, context.runnable, at);
  return [change, context.current === null ? said : [toCpu(context.current, 'cpu.stall'), ...said]];
});

const gaveBack = guardOn('host.halted', ({ current }, { cpu }) => cpu === current);
const isFree = guard(({ current }) => current === null);
const isTaken = guard(({ current }) => current !== null);
const isShared = guard(({ runnable: all }) => all.length > 1);
const isAlone = guard(({ runnable: all }) => all.length < 2);

export const hostMachine = setup({
  types: typesOf<{ context: HostContext; events: HostEvent; input: HostParams }>(),
  actions: effectActions,
  // The vCPUs that share the thread wait for it: it is no background timer.
  delays: { slice: ({ context }) => delay('hostMicrosecond', context.slice) },
  guards: { gaveBack, isFree, isTaken, isShared, isAlone },
}).createMachine({
  id: 'host',
  context: ({ input: { vcpus, tick } }) => ({ vcpus, tick, runnable: [], current: null, slice: SHORTEST }),
  on: {
    'host.runnable': { actions: runnable },
    'host.halted': { actions: halted },
  },
  initial: 'free',
  states: {
    free: { always: { guard: 'isTaken', target: 'alone' } },
    /** One vCPU has the thread, and nobody else wants it. */
    alone: {
      always: [
        { guard: 'isFree', target: 'free' },
        { guard: 'isShared', target: 'shared' },
      ],
    },
    shared: {
      always: { guard: 'isAlone', target: 'alone' },
      after: { slice: { target: 'shared', reenter: true, actions: nextTurn } },
      on: {
        'host.halted': [{ guard: 'gaveBack', target: 'shared', reenter: true, actions: halted }, { actions: halted }],
      },
    },
  },
});

/**
 * The checker has no schedulers, and so no host. Messages are calls: a vCPU that halts leaves its thread to the host.
 */
export const hostOptions: MachineOptions<typeof hostMachine> = {
  copiers: CONTEXT_COPIERS,
  timed: true,
  projection: { constants: ['vcpus', 'tick'] },
  receiver: 'call',
};
