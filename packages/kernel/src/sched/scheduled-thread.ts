/**
 * A thread that has to be given a CPU: wraps the definition of an agent so that it acts only while the scheduler of its
 * CPU lets it. Linux 6.1 kernel/sched/core.c try_to_wake_up, schedule. Its timers in CPU time stand still while it is
 * not on the CPU, and what would wake or answer it waits until it is. As under voluntary preemption, a thread is not
 * taken off between a request and its answer, only where it computes. Which of several CPUs a thread wakes up on is
 * drawn: the reference is silent on load balancing.
 */
import type { AgentId, Effect, Json, Message, Step, VirtualTime } from '@dragon/engine';
import { cpuId } from '../messages.ts';
import type { StatechartDefinition } from '@dragon/statechart';

/**
 * - `asleep`: does not want a CPU. `choosing`: wants one, and it is being drawn which. `waking`: on a run queue, for
 *   the first time since it slept.
 * - `running`. `yielding`: has lost the CPU and goes on to the next point where it computes. `preempted`: on a run
 *   queue, in the midst of its work.
 */
type Status = 'asleep' | 'choosing' | 'waking' | 'running' | 'yielding' | 'preempted';

type Waiting = { readonly message: Message; readonly from: AgentId };

/** A pending timer of the wrapped agent: the message that it sends, and whether it counts CPU time. */
type ThreadTimer = { readonly type: string; readonly cpu: boolean };

/** What the wrapper knows; `inner` is the state of the wrapped agent. */
export type ThreadState<S> = {
  readonly inner: S;
  readonly self: AgentId;
  readonly status: Status;
  readonly cpus: readonly number[];
  /** Where it runs or last ran. */
  readonly cpu: number;
  /** Counts its wake-ups. */
  readonly turn: number;
  readonly timers: { readonly [timer: string]: ThreadTimer };
  /** What arrived while it was off the CPU. */
  readonly inbox: readonly Waiting[];
};

export interface ScheduledThreadOptions {
  /**
   * Returns whether a message is for a part of the agent that is no thread and needs no CPU: a queue, an interrupt.
   * khungtaskd's look never does.
   */
  readonly passive?: (message: Message, isWallTimer: boolean) => boolean;
}

/**
 * A thread's definition with a CPU under it; `unscheduled` is the thread's own, which runs as soon as it is told
 * something.
 */
export interface ScheduledDefinition<S> extends StatechartDefinition<ThreadState<S>> {
  readonly unscheduled: StatechartDefinition<S>;
}

/** Returns the definition with a CPU under it. The agent's parameters name its CPUs: `cpus`, or `cpu`. */
export function scheduledThread<S>(
  definition: StatechartDefinition<S>,
  options: ScheduledThreadOptions = {},
): ScheduledDefinition<S> {
  const isAsleep = (inner: S): boolean => definition.hasTag(inner, 'blocked') || definition.hasTag(inner, 'sleeping');

  /**
   * What the wrapped agent asked for, with its timers noted. A timer that is cancelled after it fired is taken back
   * from the inbox.
   */
  const stepped = (thread: ThreadState<S>, step: Step<S>, effects: Effect[]): ThreadState<S> => {
    let { timers, inbox } = thread;
    for (const effect of step.effects) {
      effects.push(effect);
      if (effect.kind === 'setTimer')
        timers = { ...timers, [effect.timer]: { type: effect.message.type, cpu: effect.delay.cpu } };
      else if (effect.kind === 'cancelTimer') {
        const gone = timers[effect.timer];
        if (gone === undefined) continue;
        timers = without(timers, effect.timer);
        if (inbox.length > 0)
          inbox = inbox.filter(({ message, from }) => from !== thread.self || message.type !== gone.type);
      }
    }
    return { ...thread, inner: step.state, timers, inbox };
  };

  const deliver = (thread: ThreadState<S>, waiting: Waiting, at: VirtualTime, effects: Effect[]): ThreadState<S> => {
    const { message, from } = waiting;
    const fired = from === thread.self ? timerOf(thread, message) : undefined;
    const before = fired === undefined ? thread : { ...thread, timers: without(thread.timers, fired) };
    return stepped(before, definition.receive(thread.inner, message, from, at), effects);
  };

  /** Tells the scheduler what the last step made of the thread. */
  const settled = (thread: ThreadState<S>, effects: Effect[]): Step<ThreadState<S>> => {
    const asleep = isAsleep(thread.inner);
    switch (thread.status) {
      case 'running':
      case 'yielding':
        if (asleep) return { state: fallenAsleep(thread, effects), effects };
        if (thread.status === 'yielding' && computes(thread)) {
          effects.push({ kind: 'holdCpu', held: false });
          return { state: moved({ ...thread, status: 'preempted' }, effects), effects };
        }
        break;
      case 'asleep':
        if (!asleep) return { state: wokenUp(thread, effects), effects };
        break;
      case 'choosing':
      case 'waking':
      case 'preempted':
        break;
    }
    return { state: thread, effects };
  };

  const dispatched = (thread: ThreadState<S>, cpu: number, turn: number, at: VirtualTime): Step<ThreadState<S>> => {
    if (thread.status === 'asleep' || thread.status === 'choosing' || !isCurrent(thread, cpu, turn))
      return unchanged(thread);
    const effects: Effect[] = [{ kind: 'holdCpu', held: true }];
    let next: ThreadState<S> = { ...thread, status: 'running' };
    while (next.inbox.length > 0) {
      const [first, ...inbox] = next.inbox;
      next = deliver({ ...next, inbox }, first as Waiting, at, effects);
    }
    return settled(next, effects);
  };

  /** The CPU has been drawn. A thread that is on a run queue already leaves it for another one. */
  const drawn = (thread: ThreadState<S>, index: number, at: VirtualTime): Step<ThreadState<S>> => {
    const cpu = thread.cpus[index] ?? thread.cpu;
    const here = cpu === thread.cpu;
    const wasPreempted = thread.status === 'preempted';
    if ((wasPreempted && here) || (!wasPreempted && thread.status !== 'choosing'))
      return { state: thread, effects: [] };
    const effects: Effect[] = [];
    if (wasPreempted) effects.push({ kind: 'send', to: cpuId(thread.cpu), message: { type: 'cpu.sleep' } });
    const turn = thread.turn + 1;
    effects.push({ kind: 'send', to: cpuId(cpu), message: { type: 'cpu.wake', turn } });
    const state: ThreadState<S> = { ...thread, status: wasPreempted ? 'preempted' : 'waking', cpu, turn };
    if (here) return { state, effects };
    const step = definition.receive(state.inner, { type: 'task.migrated', cpu }, state.self, at);
    return { state: stepped(state, step, effects), effects };
  };

  return {
    kind: definition.kind,
    unscheduled: definition,
    init(params, self) {
      const { cpus = [], cpu } = params as { cpus?: readonly number[]; cpu?: number };
      const mine = cpus.length > 0 ? cpus : [cpu ?? 0];
      const step = definition.init(params, self);
      const effects: Effect[] = [{ kind: 'holdCpu', held: false }];
      const thread: ThreadState<S> = {
        inner: step.state,
        self,
        status: 'asleep',
        cpus: mine,
        cpu: mine[0] ?? 0,
        turn: 0,
        timers: {},
        inbox: [],
      };
      return settled(stepped(thread, step, effects), effects);
    },
    receive(thread, message, from, at) {
      switch (message.type) {
        case 'task.dispatched':
          return dispatched(thread, message['cpu'] as number, message['turn'] as number, at);
        case 'task.preempted':
          if (thread.status !== 'running' || !isCurrent(thread, message['cpu'] as number, message['turn'] as number))
            return unchanged(thread);
          return settled({ ...thread, status: 'yielding' }, []);
        case 'task.cpuDrawn':
          return drawn(thread, message['index'] as number, at);
        default:
      }
      const effects: Effect[] = [];
      const waiting: Waiting = { message, from };
      const onCpu = thread.status === 'running' || thread.status === 'yielding';
      if (onCpu || isPassive(thread, waiting, options)) return settled(deliver(thread, waiting, at, effects), effects);
      const later = { ...thread, inbox: [...thread.inbox, waiting] };
      return { state: thread.status === 'asleep' ? wokenUp(later, effects) : later, effects };
    },
    /** A thread that wants the CPU and has not got it is `offCpu` beside the state it is in. */
    describe({ inner, status }) {
      const name = definition.describe(inner);
      const runs = status === 'asleep' || status === 'running' || status === 'yielding';
      return runs ? name : `${name} offCpu`;
    },
    facts: ({ inner }) => definition.facts(inner),
    hasTag: ({ inner }, tag) => definition.hasTag(inner, tag),
    save: ({ inner, ...thread }) => ({ ...thread, inner: definition.save(inner) }),
    restore(saved) {
      const { inner, ...thread } = saved as unknown as ThreadState<Json>;
      return { ...thread, inner: definition.restore(inner) };
    },
  };
}

/**
 * Returns whether the word of a CPU is about the thread's last wake-up; it may have been on its way while the thread
 * slept, or was pulled elsewhere.
 */
const isCurrent = (thread: ThreadState<unknown>, cpu: number, turn: number): boolean =>
  cpu === thread.cpu && turn === thread.turn;

const unchanged = <S>(thread: ThreadState<S>): Step<ThreadState<S>> => ({ state: thread, effects: [] });

/** Returns the name of the pending timer that sends this message. */
function timerOf({ timers }: ThreadState<unknown>, message: Message): string | undefined {
  for (const timer of Object.keys(timers)) if (timers[timer]?.type === message.type) return timer;
  return undefined;
}

function isPassive(thread: ThreadState<unknown>, { message, from }: Waiting, options: ScheduledThreadOptions): boolean {
  if (message.type === 'task.show') return true;
  if (options.passive === undefined) return false;
  const timer = from === thread.self ? timerOf(thread, message) : undefined;
  return options.passive(message, timer !== undefined && thread.timers[timer]?.cpu === false);
}

/** Returns whether the thread is where it computes, and can be taken off the CPU. */
function computes({ timers }: ThreadState<unknown>): boolean {
  return Object.values(timers).some((timer) => timer.cpu);
}

function without(timers: ThreadState<unknown>['timers'], timer: string): ThreadState<unknown>['timers'] {
  const { [timer]: _gone, ...rest } = timers;
  return rest;
}

/** schedule(): gives the CPU up. */
function fallenAsleep<S>(thread: ThreadState<S>, effects: Effect[]): ThreadState<S> {
  effects.push(
    { kind: 'holdCpu', held: false },
    { kind: 'send', to: cpuId(thread.cpu), message: { type: 'cpu.sleep' } },
  );
  return { ...thread, status: 'asleep' };
}

/** try_to_wake_up(): asks for a CPU. */
function wokenUp<S>(thread: ThreadState<S>, effects: Effect[]): ThreadState<S> {
  if (thread.cpus.length > 1) {
    effects.push({ kind: 'choose', type: 'task.cpuDrawn', options: thread.cpus.length });
    return { ...thread, status: 'choosing' };
  }
  const turn = thread.turn + 1;
  effects.push({ kind: 'send', to: cpuId(thread.cpu), message: { type: 'cpu.wake', turn } });
  return { ...thread, status: 'waking', turn };
}

/** A thread that lost its CPU and may run elsewhere is pulled from there. */
function moved<S>(thread: ThreadState<S>, effects: Effect[]): ThreadState<S> {
  if (thread.cpus.length > 1) effects.push({ kind: 'choose', type: 'task.cpuDrawn', options: thread.cpus.length });
  return thread;
}
