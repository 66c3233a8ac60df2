/**
 * The scheduler of one CPU: its threads ask it for time. Linux 6.1 kernel/sched/core.c try_to_wake_up, __schedule,
 * scheduler_tick; kernel/sched/fair.c (see cfs.ts in the kernel package) select_task_rq_fair, select_idle_sibling,
 * load_balance. A switch costs the two messages that make it. A wake-up goes to the CPU where the thread ran last,
 * which keeps it or lets it be passed on to an idle one of its cache (llc-siblings.ts).
 * Leaves out wake_affine, by which a thread may wake up on its waker's CPU, recent_used_cpu, balancing between CPUs
 * none of which is idle, interrupts, and CPU time stolen by anything that is no agent, but for a stall as a whole. Of
 * hotplug (kernel/cpu.c, sched_cpu_deactivate) it leaves out the steps before the CPU stops, and that a thread goes on
 * to where it may be preempted: it is taken off at once.
 */
import type { AgentId, Effect } from '@dragon/engine';
import {
  CONTEXT_COPIERS,
  firstOfLlc,
  IDLE_RUN_QUEUE,
  llcBit,
  relativeRunQueue,
  schedTunables,
  sleepThread,
  tickPreempts,
  toTask,
  updateCurr,
  wakeThread,
} from '@dragon/kernel';
import { type Answer, chartKit, delay, effectActions, type MachineOptions, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';
import {
  arrived,
  changed,
  type CpuContext,
  type CpuEvent,
  type CpuParams,
  threadPicked,
  toSiblings,
  turnOf,
  type Unplugged,
} from './cpu-state.ts';
import { afterRun, NO_GUESTS, pulledTo } from './guests.ts';
import {
  allIdle,
  busyTold,
  idleSelected,
  idleTold,
  type LlcSiblings,
  notPulled,
  overloadTold,
} from './llc-siblings.ts';
import { attached, guestAfterMove, guestAfterWake, passedOn, pulled, staysHere } from './placement.ts';

const { answer, answerTo, guard, on } = chartKit<CpuContext, CpuEvent>();

const wake = answerTo('cpu.wake', (context, event) => {
  if (!staysHere(context, event)) return passedOn(context, event);
  const woken = wakeThread(context.runQueue, event.from, event.at, context.tunables);
  return arrived(context, guestAfterWake(context, event), woken, event.at);
});

const enqueue = answerTo('cpu.enqueue', (context, event) =>
  arrived(context, guestAfterMove(context, event), attached(context, event), event.at),
);

/** It says there that it sleeps, when it is given the CPU. */
const wasPulled = ({ balances, runQueue: { curr, queue } }: CpuContext, thread: AgentId): boolean =>
  balances && curr?.thread !== thread && queue.every((each) => each.thread !== thread);

const sleep = answerTo('cpu.sleep', (context, { from, at }) => {
  if (wasPulled(context, from)) return [{}, []];
  const guests = context.runQueue.curr?.thread === from ? afterRun(context.guests, from, at) : context.guests;
  const runQueue = sleepThread(context.runQueue, from, at);
  if (runQueue.curr === null) return threadPicked(context, { runQueue, guests }, at);
  return changed(context, { runQueue, guests }, []);
});

const pull = answerTo('cpu.pull', pulled);

const ofSiblings = (
  context: CpuContext,
  told: (siblings: LlcSiblings) => readonly [LlcSiblings, readonly Effect[]],
): Answer<CpuContext> => {
  const { siblings: before, cpu } = context;
  if (before === null) throw new Error(`CPU ${cpu} is not the first of its LLC`);
  const [siblings, said] = told(before);
  return [{ siblings }, said];
};

const tellIdle = answerTo('cpu.idle', (context, event) => ofSiblings(context, (all) => idleTold(all, event)));
const tellBusy = answerTo('cpu.busy', (context, event) => ofSiblings(context, (all) => [busyTold(all, event), []]));
const tellOverload = answerTo('cpu.overloaded', (context, event) =>
  ofSiblings(context, (all) => overloadTold(all, event)),
);
const tellNotPulled = answerTo('cpu.notPulled', (context, event) =>
  ofSiblings(context, (all) => notPulled(all, event)),
);
const selectIdle = answerTo('cpu.selectIdle', (context, event) =>
  ofSiblings(context, (all) => idleSelected(all, event)),
);

/** Says something to the thread on the CPU, if there is one. */
function toldCurr(
  { cpu, guests, runQueue: { curr } }: CpuContext,
  type: 'task.cpuStalled' | 'task.cpuResumed',
): readonly Effect[] {
  if (curr === null) return [];
  return [toTask(curr.thread, { type, cpu, turn: turnOf(guests, curr.thread) })];
}

/** The thread that is on the CPU stays there, and its time passes as if it ran: nobody in the machine knows better. */
const stall = answerTo('cpu.stall', (context) => [{}, toldCurr(context, 'task.cpuStalled')]);

/** ttwu_queue: whoever wakes up for a CPU that runs nothing is found when it goes on. */
const wakeStalled = answerTo('cpu.wake', (context, event) => {
  if (!staysHere(context, event)) return passedOn(context, event);
  const { runQueue } = wakeThread(context.runQueue, event.from, event.at, context.tunables);
  return changed(context, { runQueue, guests: guestAfterWake(context, event) }, []);
});

const enqueueStalled = answerTo('cpu.enqueue', (context, event) => {
  const { runQueue } = attached(context, event);
  return changed(context, { runQueue, guests: guestAfterMove(context, event) }, []);
});

const sleepStalled = answerTo('cpu.sleep', (context, { from, at }) => {
  if (wasPulled(context, from)) return [{}, []];
  return changed(context, { runQueue: sleepThread(context.runQueue, from, at), guests: context.guests }, []);
});

/** The CPU goes on where it was, and takes the thread off again if one that woke up meanwhile preempts it. */
const resume = answerTo('cpu.resume', (context, { at }) => {
  const { guests } = context;
  const runQueue = updateCurr(context.runQueue, at);
  const said = toldCurr(context, 'task.cpuResumed');
  if (runQueue.curr !== null && runQueue.nextBuddy === null) return changed(context, { runQueue, guests }, said);
  return threadPicked(context, { runQueue, guests }, at, said);
});

const offlineTo = ({ cpu, unplugged }: CpuContext, thread: AgentId, turn: number): Effect =>
  toTask(thread, { type: 'task.cpuOffline', cpu, turn, online: unplugged?.online ?? [] });

/** take_cpu_down, in stop_machine, after balance_push: whoever is on the run queue goes elsewhere. */
function takenDown(context: CpuContext, unplugged: Unplugged): Answer<CpuContext> {
  const { runQueue, guests, cpu } = context;
  const threads = [...(runQueue.curr === null ? [] : [runQueue.curr]), ...runQueue.queue];
  const said = threads.map(({ thread }) => offlineTo({ ...context, unplugged }, thread, turnOf(guests, thread)));
  // For the others of its LLC it is busy from now on: nothing is sent here.
  if (context.balances && context.toldIdle) said.push(toSiblings(context, { type: 'cpu.busy', cpu }));
  return [
    { unplugged, runQueue: IDLE_RUN_QUEUE, toldIdle: false },
    [...said, toTask(unplugged.by, { type: 'task.cpuUnplugged' })],
  ];
}

const unplug = answerTo('cpu.unplug', (context, { from, online }) => takenDown(context, { by: from, online }));

/** stop_machine waits for a CPU that runs nothing. */
const unplugLater = on('cpu.unplug', (_context, { from, online }) => ({ unplugged: { by: from, online } }));

const unplugNow = answer((context) => (context.unplugged === null ? [{}, []] : takenDown(context, context.unplugged)));

/** select_task_rq: the CPU is not online. */
const turnAway = answerTo('cpu.wake', (context, { from, turn }) => [{}, [offlineTo(context, from, turn)]]);
const turnMovedAway = answerTo('cpu.enqueue', (context, { thread, turn }) => [{}, [offlineTo(context, thread, turn)]]);

/** scheduler_tick; trigger_load_balance, after which an idle CPU may take one of those that wait. */
const tick = answer((context, { at }) => {
  const { cpu, guests, balances, tunables } = context;
  const runQueue = updateCurr(context.runQueue, at);
  const waiting = balances ? pulledTo(runQueue, guests, -1, at) : undefined;
  const kick = waiting && toSiblings(context, { type: 'cpu.overloaded', cpu, kick: waiting.allowed & ~llcBit(cpu) });
  const said = kick === undefined ? [] : [kick];
  return tickPreempts(runQueue, at, tunables)
    ? threadPicked(context, { runQueue, guests }, at, said)
    : [{ runQueue }, said];
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
    balances: input.balances ?? false,
    runQueue: IDLE_RUN_QUEUE,
    guests: NO_GUESTS,
    toldIdle: true,
    toldOverloaded: false,
    siblings: firstOfLlc(input.cpu) === input.cpu && input.balances ? allIdle(input.cpu, input.cpus) : null,
    unplugged: null,
  }),
  on: {
    'cpu.wake': { actions: wake },
    'cpu.sleep': { actions: sleep },
    'cpu.enqueue': { actions: enqueue },
    'cpu.pull': { actions: pull },
    'cpu.idle': { actions: tellIdle },
    'cpu.busy': { actions: tellBusy },
    'cpu.overloaded': { actions: tellOverload },
    'cpu.notPulled': { actions: tellNotPulled },
    'cpu.selectIdle': { actions: selectIdle },
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
        'cpu.enqueue': { actions: enqueueStalled },
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
        'cpu.enqueue': { actions: turnMovedAway },
        'cpu.sleep': {},
        'cpu.stall': {},
        'cpu.resume': {},
      },
    },
  },
});

/**
 * What of a scheduler is behaviour: the run queue, with instants as distances, and what it and its siblings know. A
 * turn is an echo by which a thread knows a late answer; how long it is since the last accounting is left to whoever
 * counts time. The checker has no scheduler. Messages are calls: who wakes a thread up does the scheduler's work.
 */
export const cpuOptions: MachineOptions<typeof cpuMachine> = {
  copiers: CONTEXT_COPIERS,
  timed: true,
  projection: {
    constants: ['cpu', 'tunables', 'balances'],
    normal: ({ runQueue, guests, ...behaviour }: CpuContext) => ({
      ...behaviour,
      runQueue: relativeRunQueue(runQueue),
      guests: guests.map(({ thread, allowed, ranAt }) => ({ thread, allowed, ago: runQueue.ranSince - ranAt })),
    }),
  },
  receiver: 'call',
};
