/**
 * The scheduler of one CPU: its threads ask it for time. Linux 6.1 kernel/sched/core.c try_to_wake_up, __schedule,
 * scheduler_tick; kernel/sched/fair.c (see cfs.ts in the kernel package). A switch costs the two messages that make it.
 * Leaves out load balancing, which the threads themselves stand in for, interrupts, and CPU time stolen by anything
 * that is no agent, but for a stall as a whole. Of hotplug (kernel/cpu.c, sched_cpu_deactivate) it leaves out the steps
 * before the CPU stops, and that a thread goes on to where it may be preempted: it is taken off at once.
 */
import type { AgentId, Effect } from '@dragon/engine';
import {
  CONTEXT_COPIERS,
  type CpuMessage,
  IDLE_RUN_QUEUE,
  pickNext,
  type ReceivedAt,
  relativeRunQueue,
  type RunQueue,
  type SchedTunables,
  schedTunables,
  sleepThread,
  tickPreempts,
  toTask,
  updateCurr,
  wakeThread,
} from '@dragon/kernel';
import { type Answer, chartKit, delay, effectActions, type MachineOptions, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';

/** `cpus`: how many the machine has, which the tunables depend on. */
export type CpuParams = { readonly cpu: number; readonly cpus: number };

interface CpuContext {
  readonly cpu: number;
  readonly tunables: SchedTunables;
  readonly runQueue: RunQueue;
  /** Who has asked for this CPU to go offline, and the others; it waits for that while it runs nothing. */
  readonly unplugged: Unplugged | null;
  /** Of the last wake-up of each thread that was here. A list: V8 gives a table by name a hidden class of its own. */
  readonly turns: readonly Turn[];
}

const NO_TURNS: readonly Turn[] = [];

type Turn = { readonly thread: AgentId; readonly turn: number };

type Unplugged = { readonly by: AgentId; readonly online: readonly number[] };

type CpuEvent = ReceivedAt<CpuMessage>;

const { answer, answerTo, guard, on } = chartKit<CpuContext, CpuEvent>();

/** __schedule: puts the leftmost thread on the CPU and tells the one that lost it and the one that got it. */
function threadPicked(
  { cpu, tunables }: CpuContext,
  turns: readonly Turn[],
  before: RunQueue,
  at: number,
): Answer<CpuContext> {
  const last = before.curr?.thread;
  const runQueue = pickNext(before, at, tunables);
  const next = runQueue.curr?.thread;
  if (next === last) return [{ runQueue, turns }, []];
  const said: Effect[] = [];
  const say = (type: 'task.preempted' | 'task.dispatched', thread: AgentId): void => {
    said.push(toTask(thread, { type, cpu, turn: turns.find((each) => each.thread === thread)?.turn ?? 0 }));
  };
  if (last !== undefined) say('task.preempted', last);
  if (next !== undefined) say('task.dispatched', next);
  return [{ runQueue, turns }, said];
}

function withTurn(turns: readonly Turn[], turn: Turn): readonly Turn[] {
  const place = turns.findIndex(({ thread }) => thread === turn.thread);
  return place < 0 ? turns.concat(turn) : turns.with(place, turn);
}

const wake = answerTo('cpu.wake', (context, { from, turn, at }) => {
  const turns = withTurn(context.turns, { thread: from, turn });
  const { runQueue, preempts } = wakeThread(context.runQueue, from, at, context.tunables);
  if (runQueue.curr !== null && !preempts) return [{ runQueue, turns }, []];
  return threadPicked(context, turns, runQueue, at);
});

const sleep = answerTo('cpu.sleep', (context, { from, at }) => {
  const runQueue = sleepThread(context.runQueue, from, at);
  return runQueue.curr === null ? threadPicked(context, context.turns, runQueue, at) : [{ runQueue }, []];
});

/** Says something to the thread on the CPU, if there is one. */
function toldCurr(
  { cpu, turns, runQueue: { curr } }: CpuContext,
  type: 'task.cpuStalled' | 'task.cpuResumed',
): readonly Effect[] {
  if (curr === null) return [];
  const turn = turns.find(({ thread }) => thread === curr.thread)?.turn ?? 0;
  return [toTask(curr.thread, { type, cpu, turn })];
}

/** The thread that is on the CPU stays there, and its time passes as if it ran: nobody in the machine knows better. */
const stall = answerTo('cpu.stall', (context) => [{}, toldCurr(context, 'task.cpuStalled')]);

/** ttwu_queue: whoever wakes up for a CPU that runs nothing is found when it goes on. */
const wakeStalled = on('cpu.wake', ({ turns, runQueue, tunables }, { from, turn, at }) => ({
  turns: withTurn(turns, { thread: from, turn }),
  runQueue: wakeThread(runQueue, from, at, tunables).runQueue,
}));

const sleepStalled = on('cpu.sleep', ({ runQueue }, { from, at }) => ({ runQueue: sleepThread(runQueue, from, at) }));

/** The CPU goes on where it was, and takes the thread off again if one that woke up meanwhile preempts it. */
const resume = answerTo('cpu.resume', (context, { at }) => {
  const runQueue = updateCurr(context.runQueue, at);
  const said = toldCurr(context, 'task.cpuResumed');
  if (runQueue.curr !== null && runQueue.nextBuddy === null) return [{ runQueue }, said];
  const [change, picked] = threadPicked(context, context.turns, runQueue, at);
  return [change, [...said, ...picked]];
});

const offlineTo = ({ cpu, turns }: CpuContext, online: readonly number[], thread: AgentId): Effect =>
  toTask(thread, {
    type: 'task.cpuOffline',
    cpu,
    turn: turns.find((each) => each.thread === thread)?.turn ?? 0,
    online,
  });

/** take_cpu_down, in stop_machine, after balance_push: whoever is on the run queue goes elsewhere. */
function takenDown(context: CpuContext, { by, online }: Unplugged): Answer<CpuContext> {
  const { curr, queue } = context.runQueue;
  const threads = [...(curr === null ? [] : [curr.thread]), ...queue.map(({ thread }) => thread)];
  return [
    { unplugged: { by, online }, runQueue: IDLE_RUN_QUEUE },
    [...threads.map((thread) => offlineTo(context, online, thread)), toTask(by, { type: 'task.cpuUnplugged' })],
  ];
}

const unplug = answerTo('cpu.unplug', (context, { from, online }) => takenDown(context, { by: from, online }));

/** stop_machine waits for a CPU that runs nothing. */
const unplugLater = on('cpu.unplug', (_context, { from, online }) => ({ unplugged: { by: from, online } }));

const unplugNow = answer((context) => (context.unplugged === null ? [{}, []] : takenDown(context, context.unplugged)));

/** select_task_rq: the CPU is not online. */
const turnAway = answerTo('cpu.wake', (context, { from, turn }) => {
  const turns = withTurn(context.turns, { thread: from, turn });
  return [{ turns }, [offlineTo({ ...context, turns }, context.unplugged?.online ?? [], from)]];
});

/** scheduler_tick. */
const tick = answer((context, { at }) => {
  const runQueue = updateCurr(context.runQueue, at);
  return tickPreempts(runQueue, at, context.tunables)
    ? threadPicked(context, context.turns, runQueue, at)
    : [{ runQueue }, []];
});

const isIdle = guard(({ runQueue }) => runQueue.curr === null);
const isBusy = guard(({ runQueue }) => runQueue.curr !== null);
const isShared = guard(({ runQueue }) => runQueue.queue.length > 0);
const isUnplugged = guard(({ unplugged }) => unplugged !== null);
const isAlone = guard(({ runQueue }) => runQueue.queue.length === 0);

export const cpuMachine = setup({
  types: typesOf<{ context: CpuContext; events: CpuEvent; input: CpuParams }>(),
  actions: effectActions,
  // The others that share the CPU wait for the tick: it is no background timer.
  delays: { tick: () => delay('tick') },
  guards: { isIdle, isBusy, isShared, isAlone, isUnplugged },
}).createMachine({
  id: 'cpu',
  context: ({ input }) => ({
    cpu: input.cpu,
    tunables: schedTunables(input.cpus),
    runQueue: IDLE_RUN_QUEUE,
    turns: NO_TURNS,
    unplugged: null,
  }),
  on: {
    'cpu.wake': { actions: wake },
    'cpu.sleep': { actions: sleep },
    'cpu.stall': { target: '.stalled', actions: stall },
    'cpu.unplug': { target: '.offline', actions: unplug },
  },
  initial: 'idle',
  states: {
    idle: { always: { guard: 'isBusy', target: 'running' } },
    running: {
      always: [
        { guard: 'isIdle', target: 'idle' },
        { guard: 'isShared', target: 'shared' },
      ],
    },
    /** More threads than one: the tick looks whether another one's turn has come. */
    shared: {
      always: { guard: 'isAlone', target: 'running' },
      after: { tick: { target: 'shared', reenter: true, actions: tick } },
    },
    /** A fault: nothing runs, and nobody is told to. */
    stalled: {
      on: {
        'cpu.wake': { actions: wakeStalled },
        'cpu.sleep': { actions: sleepStalled },
        'cpu.resume': [
          { guard: 'isUnplugged', target: 'offline', actions: unplugNow },
          { target: 'idle', actions: resume },
        ],
        'cpu.unplug': { actions: unplugLater },
      },
    },
    /** A fault, for good: who wants it is told to go elsewhere. */
    offline: {
      on: {
        'cpu.wake': { actions: turnAway },
        'cpu.sleep': {},
        'cpu.stall': {},
        'cpu.resume': {},
      },
    },
  },
});

/**
 * What of a scheduler is behaviour: the run queue, with instants as distances. A turn is an echo by which a thread
 * knows a late answer; how long it is since the last accounting is left to whoever counts time. The checker has no
 * scheduler. Messages are calls: who wakes a thread up does the scheduler's work.
 */
export const cpuOptions: MachineOptions<typeof cpuMachine> = {
  copiers: CONTEXT_COPIERS,
  timed: true,
  projection: {
    constants: ['cpu', 'tunables'],
    bookkeeping: ['turns'],
    normal: ({ runQueue }) => ({ runQueue: relativeRunQueue(runQueue) }),
  },
  receiver: 'call',
};
