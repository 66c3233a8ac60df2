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
  attachThread,
  CONTEXT_COPIERS,
  cpuId,
  type CpuMessage,
  detachThread,
  firstOfLlc,
  IDLE_RUN_QUEUE,
  isMovable,
  isPerCpuKthread,
  llcBit,
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
  wakingLag,
} from '@dragon/kernel';
import { type Answer, chartKit, delay, effectActions, type MachineOptions, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';
import { afterRun, guestOf, type Guests, hasMovable, NEVER, NO_GUESTS, pulledTo, withGuest } from './guests.ts';
import {
  allIdle,
  busyTold,
  idleSelected,
  idleTold,
  type LlcSiblings,
  notPulled,
  overloadTold,
} from './llc-siblings.ts';

/**
 * `cpus`: how many the machine has, which the tunables depend on. `balances`: there are threads that may move between
 * this CPU and others of its LLC.
 */
export type CpuParams = { readonly cpu: number; readonly cpus: number; readonly balances?: boolean };

interface CpuContext {
  readonly cpu: number;
  readonly tunables: SchedTunables;
  readonly balances: boolean;
  readonly runQueue: RunQueue;
  readonly guests: Guests;
  /** What the first CPU of the LLC has been told of this one. */
  readonly toldIdle: boolean;
  readonly toldOverloaded: boolean;
  /** What the first CPU of an LLC knows of all. */
  readonly siblings: LlcSiblings | null;
  /** Who has asked for this CPU to go offline, and the others; it waits for that while it runs nothing. */
  readonly unplugged: Unplugged | null;
}

type Unplugged = { readonly by: AgentId; readonly online: readonly number[] };

type CpuEvent = ReceivedAt<CpuMessage>;

const { answer, answerTo, guard, on } = chartKit<CpuContext, CpuEvent>();

const toSiblings = ({ cpu }: CpuContext, message: CpuMessage): Effect => ({
  kind: 'send',
  to: cpuId(firstOfLlc(cpu)),
  message,
});

/** What of a CPU changes when a thread comes or goes. */
interface Change {
  readonly runQueue: RunQueue;
  readonly guests: Guests;
}

/** The change, and what the others of the LLC are told of it. */
function changed(context: CpuContext, { runQueue, guests }: Change, said: readonly Effect[]): Answer<CpuContext> {
  if (!context.balances) return [{ runQueue, guests }, said];
  const isIdle = runQueue.curr === null && runQueue.queue.length === 0;
  const overloads = !context.toldOverloaded && hasMovable(runQueue, guests);
  if (isIdle === context.toldIdle && !overloads) return [{ runQueue, guests }, said];
  const { cpu } = context;
  const told = [...said];
  if (isIdle !== context.toldIdle) told.push(toSiblings(context, { type: isIdle ? 'cpu.idle' : 'cpu.busy', cpu }));
  if (overloads) told.push(toSiblings(context, { type: 'cpu.overloaded', cpu, kick: 0 }));
  return [{ runQueue, guests, toldIdle: isIdle, toldOverloaded: context.toldOverloaded || overloads }, told];
}

const turnOf = (guests: Guests, thread: AgentId): number => guestOf(guests, thread)?.turn ?? 0;

/** __schedule: puts the leftmost thread on the CPU and tells the one that lost it and the one that got it. */
function threadPicked(
  context: CpuContext,
  before: Change,
  at: number,
  first: readonly Effect[] = [],
): Answer<CpuContext> {
  const { cpu, tunables } = context;
  const last = before.runQueue.curr?.thread;
  const runQueue = pickNext(before.runQueue, at, tunables);
  const next = runQueue.curr?.thread;
  if (next === last) return changed(context, { runQueue, guests: before.guests }, first);
  const said = [...first];
  const say = (type: 'task.preempted' | 'task.dispatched', thread: AgentId): void => {
    said.push(toTask(thread, { type, cpu, turn: turnOf(before.guests, thread) }));
  };
  if (last !== undefined) say('task.preempted', last);
  if (next !== undefined) say('task.dispatched', next);
  const guests = last === undefined ? before.guests : afterRun(before.guests, last, at);
  return changed(context, { runQueue, guests }, said);
}

/** A thread is on the run queue now: it gets the CPU, or waits. */
function arrived(
  context: CpuContext,
  guests: Guests,
  { runQueue, preempts }: { readonly runQueue: RunQueue; readonly preempts: boolean },
  at: number,
): Answer<CpuContext> {
  if (runQueue.curr !== null && !preempts) return changed(context, { runQueue, guests }, []);
  return threadPicked(context, { runQueue, guests }, at);
}

type WakeMessage = Extract<CpuEvent, { readonly type: 'cpu.wake' }>;

/**
 * select_task_rq_fair: whether the thread wakes up here, where it ran last. Nobody is here; or it is bound; or who woke
 * it is the kthread of this CPU and will sleep soon, which has done what the thread waited for.
 */
function staysHere({ balances, runQueue: { curr, queue } }: CpuContext, { allowed, by }: WakeMessage): boolean {
  if (!balances || !isMovable(allowed) || (curr === null && queue.length === 0)) return true;
  return curr?.thread === by && queue.length === 0 && isPerCpuKthread(by);
}

const guestAfterWake = ({ guests }: CpuContext, { from, turn, allowed }: WakeMessage): Guests =>
  withGuest(guests, { thread: from, turn, allowed, ranAt: guestOf(guests, from)?.ranAt ?? NEVER });

/** Asks for an idle CPU; the thread comes back here if there is none. */
function passedOn(context: CpuContext, { from, turn, allowed, at }: WakeMessage): Answer<CpuContext> {
  const { cpu, runQueue, tunables } = context;
  const lag = wakingLag(runQueue, from, at, tunables);
  return [{}, [toSiblings(context, { type: 'cpu.selectIdle', thread: from, turn, allowed, lag, prev: cpu })]];
}

const wake = answerTo('cpu.wake', (context, event) => {
  if (!staysHere(context, event)) return passedOn(context, event);
  const woken = wakeThread(context.runQueue, event.from, event.at, context.tunables);
  return arrived(context, guestAfterWake(context, event), woken, event.at);
});

type EnqueueMessage = Extract<CpuEvent, { readonly type: 'cpu.enqueue' }>;

/** A thread that comes from another CPU is not hot here. */
function guestAfterMove({ cpu, guests }: CpuContext, { thread, turn, allowed, prev }: EnqueueMessage): Guests {
  const ranAt = prev === cpu ? guestOf(guests, thread)?.ranAt : undefined;
  return withGuest(guests, { thread, turn, allowed, ranAt: ranAt ?? NEVER });
}

const attached = ({ runQueue, tunables }: CpuContext, { thread, lag, at }: EnqueueMessage) =>
  attachThread(runQueue, thread, lag, at, tunables);

const enqueue = answerTo('cpu.enqueue', (context, event) =>
  arrived(context, guestAfterMove(context, event), attached(context, event), event.at),
);

const isOn = ({ curr, queue }: RunQueue, thread: AgentId): boolean =>
  curr?.thread === thread || queue.some((each) => each.thread === thread);

/** A thread that was just pulled elsewhere says there that it sleeps, when it is given the CPU. */
const sleep = answerTo('cpu.sleep', (context, { from, at }) => {
  if (!isOn(context.runQueue, from)) return [{}, []];
  const guests = context.runQueue.curr?.thread === from ? afterRun(context.guests, from, at) : context.guests;
  const runQueue = sleepThread(context.runQueue, from, at);
  if (runQueue.curr === null) return threadPicked(context, { runQueue, guests }, at);
  return changed(context, { runQueue, guests }, []);
});

/** load_balance, for an idle CPU: a thread that waits here goes on there. */
const pull = answerTo('cpu.pull', (context, { cpu: to, at }) => {
  const { cpu, runQueue: before, guests } = context;
  const guest = pulledTo(before, guests, llcBit(to), at);
  if (guest === undefined) {
    const overloaded = hasMovable(before, guests);
    const said = toSiblings(context, { type: 'cpu.notPulled', cpu: to, busiest: cpu, overloaded });
    return [{ toldOverloaded: overloaded }, [said]];
  }
  const { thread, turn, allowed } = guest;
  const { runQueue, lag } = detachThread(before, thread, at);
  const moved: CpuMessage = { type: 'cpu.enqueue', thread, turn, allowed, lag, prev: cpu };
  return changed(context, { runQueue, guests }, [{ kind: 'send', to: cpuId(to), message: moved }]);
});

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
  if (!isOn(context.runQueue, from)) return [{}, []];
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
 * What of a scheduler is behaviour: the run queue, with instants as distances, and what it and its siblings know. A turn
 * is an echo by which a thread knows a late answer; how long it is since the last accounting is left to whoever counts
 * time. The checker has no scheduler. Messages are calls: who wakes a thread up does the scheduler's work.
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
