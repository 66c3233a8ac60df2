/**
 * The scheduler of one CPU: its threads ask it for time. Linux 6.1 kernel/sched/core.c try_to_wake_up, __schedule,
 * scheduler_tick; kernel/sched/fair.c (see cfs.ts in the kernel package) select_task_rq_fair, select_idle_sibling,
 * load_balance. A switch costs the two messages that make it. A wake-up goes to the CPU where the thread ran last,
 * which keeps it or lets it be passed on to an idle one of its cache (llc-siblings.ts). As one of several virtual CPUs
 * that share a thread of their host it runs only while the host says so (host-machine.ts). Callbacks of RCU interrupt
 * whoever is on it (rcu-softirq.ts).
 * Leaves out wake_affine, by which a thread may wake up on its waker's CPU, recent_used_cpu, balancing between CPUs
 * none of which is idle, all other interrupts, and CPU time stolen by anything that is no agent, but for a stall as a
 * whole. Of hotplug (kernel/cpu.c, sched_cpu_deactivate) it leaves out the steps before the CPU stops, and that a
 * thread goes on to where it may be preempted: it is taken off at once.
 */
import type { AgentId, Effect } from '@dragon/engine';
import {
  CONTEXT_COPIERS,
  firstOfLlc,
  IDLE_RUN_QUEUE,
  relativeRunQueue,
  schedTunables,
  sleepThread,
  toHost,
  toTask,
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
  NO_SOFTIRQ,
  threadPicked,
  toSiblings,
  turnOf,
  type Unplugged,
} from './cpu-state.ts';
import { afterRun, NO_GUESTS } from './guests.ts';
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
import {
  batchBegun,
  batchDone,
  callbacksAskedFor,
  callbacksOfOffline,
  interrupted,
  softirqRaised,
} from './rcu-softirq.ts';
import { enqueuedStalled, resumed, resumedTicked, sleptStalled, toldCurr, wokenStalled } from './stalled.ts';
import { ticked } from './tick.ts';

const { answer, answerTo, change, guard, on } = chartKit<CpuContext, CpuEvent>();

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

/** The thread that is on the CPU stays there, and its time passes as if it ran: nobody in the machine knows better. */
const stall = answer((context) => [{}, toldCurr(context, 'task.cpuStalled')]);

const wakeStalled = answerTo('cpu.wake', wokenStalled);
const enqueueStalled = answerTo('cpu.enqueue', enqueuedStalled);
const sleepStalled = answerTo('cpu.sleep', (context, { from, at }) =>
  wasPulled(context, from) ? [{}, []] : sleptStalled(context, from, at),
);
/** Of a CPU that runs nothing. */
const onStalled = {
  'cpu.wake': { actions: wakeStalled },
  'cpu.enqueue': { actions: enqueueStalled },
  'cpu.sleep': { actions: sleepStalled },
};
const resume = answerTo('cpu.resume', (context, { at }) => resumed(context, at));
const resumeTicked = answerTo('cpu.resume', (context, { at }) => resumedTicked(context, at));

const tellHost = ({ cpu }: CpuContext, type: 'host.runnable' | 'host.halted'): Answer<CpuContext> => [
  {},
  [toHost({ type, cpu })],
];
const askHost = answer((context) => tellHost(context, 'host.runnable'));
const giveBack = answer((context) => tellHost(context, 'host.halted'));

const offlineTo = ({ cpu, unplugged }: CpuContext, thread: AgentId, turn: number): Effect =>
  toTask(thread, { type: 'task.cpuOffline', cpu, turn, online: unplugged?.online ?? [] });

/** take_cpu_down, in stop_machine, after balance_push: whoever is on the run queue goes elsewhere. */
function takenDown(context: CpuContext, unplugged: Unplugged): Answer<CpuContext> {
  const { runQueue, guests, cpu, softirq } = context;
  const threads = [...(runQueue.curr === null ? [] : [runQueue.curr]), ...runQueue.queue];
  const said = threads.map(({ thread }) => offlineTo({ ...context, unplugged }, thread, turnOf(guests, thread)));
  // For the others of its LLC it is busy from now on: nothing is sent here.
  if (context.balances && context.toldIdle) said.push(toSiblings(context, { type: 'cpu.busy', cpu }));
  const [, callbacks] = callbacksOfOffline(context, softirq.raised);
  return [
    { unplugged, runQueue: IDLE_RUN_QUEUE, toldIdle: false, softirq: NO_SOFTIRQ },
    [...said, ...callbacks, toTask(unplugged.by, { type: 'task.cpuUnplugged' })],
  ];
}

const unplug = answerTo('cpu.unplug', (context, { from, online }) => takenDown(context, { by: from, online }));

/** stop_machine waits for a CPU that runs nothing. */
const unplugLater = on('cpu.unplug', (_context, { from, online }) => ({ unplugged: { by: from, online } }));

const unplugNow = answer((context) => (context.unplugged === null ? [{}, []] : takenDown(context, context.unplugged)));

/** select_task_rq: the CPU is not online. */
const turnAway = answerTo('cpu.wake', (context, { from, turn }) => [{}, [offlineTo(context, from, turn)]]);
const turnMovedAway = answerTo('cpu.enqueue', (context, { thread, turn }) => [{}, [offlineTo(context, thread, turn)]]);

const tick = answer((context, { at }) => ticked(context, at));

/** From wherever a thread may run. */
const toInterrupt = { guard: 'isRaised', target: 'interrupted', actions: answer(interrupted) } as const;
const runBatch = on('cpu.callbacksRun', batchBegun);
/** The CPU has not waited for it: it was stalled meanwhile. */
const endBatch = answerTo('cpu.callbacksRun', batchDone);
const endOwnBatch = answer((context) =>
  context.softirq.batch === null ? [{}, []] : batchDone(context, context.softirq.batch),
);

const isIdle = guard(({ runQueue }) => runQueue.curr === null);
const isBusy = guard(({ runQueue }) => runQueue.curr !== null);
const isShared = guard(({ runQueue }) => runQueue.queue.length > 0);
const isHosted = guard(({ hosted }) => hosted);
const isWanted = guard(({ runQueue }) => runQueue.queue.length > 0);
const isRaised = guard(({ softirq }) => softirq.raised);
const hasMoreCallbacks = guard(({ softirq }) => softirq.batch?.more === true);
const isUnplugged = guard(({ unplugged }) => unplugged !== null);
const isAlone = guard(({ runQueue }) => runQueue.queue.length === 0);

export const cpuMachine = setup({
  types: typesOf<{ context: CpuContext; events: CpuEvent; input: CpuParams }>(),
  actions: effectActions,
  // The others that share the CPU wait for the tick: it is no background timer.
  delays: {
    tick: () => delay('tick'),
    rcuCallbacks: ({ context: { softirq } }) => delay('rcuCallback', softirq.batch?.callbacks),
  },
  guards: { hasMoreCallbacks, isRaised, isIdle, isBusy, isShared, isAlone, isHosted, isWanted, isUnplugged },
}).createMachine({
  id: 'cpu',
  context: ({ input }) => ({
    cpu: input.cpu,
    tunables: schedTunables(input.cpus),
    balances: input.balances ?? false,
    hosted: input.hosted ?? false,
    runQueue: IDLE_RUN_QUEUE,
    guests: NO_GUESTS,
    toldIdle: true,
    toldOverloaded: false,
    siblings: firstOfLlc(input.cpu) === input.cpu && input.balances ? allIdle(input.cpu, input.cpus) : null,
    unplugged: null,
    softirq: NO_SOFTIRQ,
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
    'cpu.stall': [
      { guard: 'isHosted', target: '.waiting', actions: stall },
      { target: '.stalled', actions: stall },
    ],
    'cpu.unplug': { target: '.offline', actions: unplug },
    'cpu.raiseSoftirq': { actions: change(softirqRaised) },
    'cpu.callbacksRun': { actions: endBatch },
  },
  initial: 'idle',
  states: {
    idle: {
      always: [
        toInterrupt,
        { guard: 'isBusy', target: 'running' },
        { guard: 'isHosted', target: 'halted', actions: giveBack },
      ],
    },
    running: {
      always: [toInterrupt, { guard: 'isIdle', target: 'idle' }, { guard: 'isShared', target: 'shared' }],
    },
    /** More threads than one: the tick looks whether another one's turn has come. */
    shared: {
      always: [toInterrupt, { guard: 'isAlone', target: 'running' }],
      after: { tick: { target: 'shared', reenter: true, actions: tick } },
    },
    /** The softirq of RCU: whoever wakes up waits for its end. */
    interrupted: {
      entry: answer(callbacksAskedFor),
      on: { ...onStalled, 'cpu.callbacksRun': { target: 'runningCallbacks', actions: runBatch } },
    },
    runningCallbacks: {
      after: {
        rcuCallbacks: [
          { guard: 'hasMoreCallbacks', target: 'interrupted' },
          { target: 'idle', actions: resume },
        ],
      },
      on: onStalled,
      exit: endOwnBatch,
    },
    /** A fault: nothing runs, and nobody is told to. */
    stalled: {
      on: {
        ...onStalled,
        'cpu.resume': [
          { guard: 'isUnplugged', target: 'offline', actions: unplugNow },
          { target: 'idle', actions: resume },
        ],
        'cpu.unplug': { actions: unplugLater },
      },
    },
    /** A vCPU without work leaves the host's thread to others. */
    halted: {
      always: [
        { guard: 'isWanted', target: 'waiting', actions: askHost },
        { guard: 'isRaised', target: 'waiting', actions: askHost },
      ],
      // Their words have crossed.
      on: { ...onStalled, 'cpu.stall': {}, 'cpu.resume': { actions: giveBack } },
    },
    /** A vCPU that has work, while another one has the host's thread; the timer interrupt finds it when it goes on. */
    waiting: {
      after: { tick: 'ticked' },
      on: { ...onStalled, 'cpu.resume': { target: 'idle', actions: resume } },
    },
    ticked: {
      on: { ...onStalled, 'cpu.resume': { target: 'idle', actions: resumeTicked } },
    },
    /** A fault, for good: who wants it is told to go elsewhere. */
    offline: {
      on: {
        'cpu.wake': { actions: turnAway },
        'cpu.enqueue': { actions: turnMovedAway },
        'cpu.raiseSoftirq': { actions: answer((context) => callbacksOfOffline(context, true)) },
        'cpu.callbacksRun': {
          actions: answerTo('cpu.callbacksRun', (context, { more }) => callbacksOfOffline(context, more)),
        },
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
    constants: ['cpu', 'tunables', 'balances', 'hosted'],
    normal: ({ runQueue, guests, ...behaviour }: CpuContext) => ({
      ...behaviour,
      runQueue: relativeRunQueue(runQueue),
      guests: guests.map(({ thread, allowed, ranAt }) => ({ thread, allowed, ago: runQueue.ranSince - ranAt })),
    }),
  },
  receiver: 'call',
};
