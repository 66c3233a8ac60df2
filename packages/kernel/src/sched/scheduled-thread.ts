/**
 * A thread that has to be given a CPU: wraps the statechart of an agent so that it acts only while the scheduler of its
 * CPU lets it. Linux 6.1 kernel/sched/core.c try_to_wake_up, schedule. Its timers in CPU time stand still while it is
 * not on the CPU, and what would wake or answer it waits until it is. As under voluntary preemption, a thread is not
 * taken off between a request and its answer, only where it computes. Which of several CPUs a thread wakes up on is
 * drawn: the reference is silent on load balancing. In a plan without schedulers (`scheduled: false` among its
 * parameters) a thread has a CPU of its own wherever it wakes up, and nobody takes it away.
 *
 * A thread's chart says by tags where it sleeps: `blocked`, on something that another thread or agent ends, and
 * `sleeping`, until it has something to do. In any other state it wants the CPU.
 */
import type { AgentDefinition, AgentId, Effect, Input, Json, Move, NamedDelay, Step } from '@dragon/engine';
import { type ChartState, fromMachine, type MachineOptions, type StatechartDefinition } from '@dragon/statechart';
import type { AnyStateMachine } from 'xstate';
import { cpuId } from '../messages.ts';

/**
 * - `asleep`: does not want a CPU. `choosing`: wants one, and it is being drawn which. `waking`: on a run queue, for
 *   the first time since it slept.
 * - `running`. `yielding`: has lost the CPU and goes on to the next point where it computes. `preempted`: on a run
 *   queue, in the midst of its work.
 */
type Status = 'asleep' | 'choosing' | 'waking' | 'running' | 'yielding' | 'preempted';

type Waiting = Pick<Input, 'message' | 'from' | 'timer'>;

/** What the wrapper knows; `inner` is the state of the wrapped agent. */
export type ThreadState<S = ChartState> = {
  readonly inner: S;
  readonly self: AgentId;
  /** Whether there are schedulers. */
  readonly scheduled: boolean;
  readonly status: Status;
  readonly cpus: readonly number[];
  /** Where it runs or last ran. */
  readonly cpu: number;
  /** Counts its wake-ups, for the scheduler's words alone: bookkeeping. */
  readonly turn: number;
  /** The pending timers of the wrapped agent. */
  readonly timers: { readonly [timer: string]: NamedDelay };
  /** What arrived while it was off the CPU. */
  readonly inbox: readonly Waiting[];
};

/** A thread's definition with a CPU under it; `inner` is the wrapped agent's own. */
export interface ScheduledDefinition extends StatechartDefinition<ThreadState> {
  readonly inner: StatechartDefinition;
  readonly interpreted: ScheduledDefinition;
}

/**
 * Returns the definition of a thread whose behaviour is `machine`. The agent's parameters name its CPUs: `cpus`, or
 * `cpu`. Every input is for the thread unless `receiver` says otherwise; khungtaskd's look never is.
 */
export function scheduledThread<M extends AnyStateMachine>(
  kind: string,
  machine: M,
  { receiver = 'thread', ...options }: MachineOptions<M> = {},
): ScheduledDefinition {
  return withCpu(fromMachine(kind, machine, { ...options, receiver: threadReceiver(receiver) }));
}

/** Returns the definition with a CPU under it. */
function withCpu(definition: StatechartDefinition): ScheduledDefinition {
  const isAsleep = (inner: ChartState): boolean =>
    definition.hasTag(inner, 'blocked') || definition.hasTag(inner, 'sleeping');

  /** Hands an input to the wrapped agent, and collects what it asks for. */
  const deliver = (thread: ThreadState, waiting: Waiting, turn: Turn): ThreadState => {
    const { timer } = waiting;
    const before = timer === undefined ? thread : { ...thread, timers: without(thread.timers, timer) };
    const step = definition.receive(before.inner, { ...waiting, at: turn.at }, turn.moves !== undefined);
    if (step.moves !== undefined) turn.moves?.push(...step.moves);
    return stepped(before, step, turn.effects);
  };

  const deliverInbox = (thread: ThreadState, turn: Turn): ThreadState => {
    let next = thread;
    while (next.inbox.length > 0) {
      const [first, ...inbox] = next.inbox;
      next = deliver({ ...next, inbox }, first as Waiting, turn);
    }
    return next;
  };

  /** Tells the scheduler what the last step made of the thread. */
  const settled = (thread: ThreadState, { effects }: Turn): ThreadState => {
    const asleep = isAsleep(thread.inner);
    if (!thread.scheduled && thread.status !== 'choosing') {
      // A call has woken it: the message that wakes a thread otherwise waits until the CPU is drawn.
      if (thread.status === 'asleep' && !asleep && thread.cpus.length > 1) return wokenUp(thread, effects);
      const status = asleep ? 'asleep' : 'running';
      return status === thread.status ? thread : { ...thread, status };
    }
    switch (thread.status) {
      case 'running':
      case 'yielding':
        if (asleep) return fallenAsleep(thread, effects);
        if (thread.status === 'yielding' && computes(thread)) {
          effects.push({ kind: 'pauseTimers' });
          return moved({ ...thread, status: 'preempted' }, effects);
        }
        return thread;
      case 'asleep':
        return asleep ? thread : wokenUp(thread, effects);
      case 'choosing':
      case 'waking':
      case 'preempted':
        return thread;
    }
  };

  const dispatched = (thread: ThreadState, turn: Turn): ThreadState => {
    turn.effects.push({ kind: 'resumeTimers' });
    return settled(deliverInbox({ ...thread, status: 'running' }, turn), turn);
  };

  /** The CPU has been drawn. A thread that is on a run queue already leaves it for another one. */
  const drawn = (thread: ThreadState, index: number, turn: Turn): ThreadState => {
    const cpu = thread.cpus[index] ?? thread.cpu;
    const here = cpu === thread.cpu;
    const wasPreempted = thread.status === 'preempted';
    if ((wasPreempted && here) || (!wasPreempted && thread.status !== 'choosing')) return thread;
    const placed: ThreadState = { ...thread, cpu };
    const migration: Waiting = { message: { type: 'task.migrated', cpu }, from: thread.self };
    if (!thread.scheduled) {
      const arrived = here ? placed : deliver(placed, migration, turn);
      return settled(deliverInbox({ ...arrived, status: 'running' }, turn), turn);
    }
    if (wasPreempted) turn.effects.push({ kind: 'send', to: cpuId(thread.cpu), message: { type: 'cpu.sleep' } });
    const wakeUp = thread.turn + 1;
    turn.effects.push({ kind: 'send', to: cpuId(cpu), message: { type: 'cpu.wake', turn: wakeUp } });
    const state: ThreadState = { ...placed, status: wasPreempted ? 'preempted' : 'waking', turn: wakeUp };
    return here ? state : deliver(state, migration, turn);
  };

  /** An input of the agent's own; off the CPU it has to wait, and wakes the thread. */
  const received = (thread: ThreadState, waiting: Waiting, turn: Turn): ThreadState => {
    const isCall = definition.receiver(waiting, thread.timers[waiting.timer ?? '']) === 'call';
    const onCpu = thread.status === 'running' || thread.status === 'yielding';
    const isFree = !thread.scheduled && thread.status !== 'choosing' && thread.cpus.length === 1;
    if (isCall || onCpu || isFree) return settled(deliver(thread, waiting, turn), turn);
    const later = { ...thread, inbox: [...thread.inbox, waiting] };
    return thread.status === 'asleep' ? wokenUp(later, turn.effects) : later;
  };

  const { kind, chart, notCompiled, interpreted } = definition;
  const withOne: ScheduledDefinition = {
    kind,
    inner: definition,
    chart,
    notCompiled,
    get interpreted() {
      return interpreted === definition ? withOne : withCpu(interpreted);
    },
    receiver: definition.receiver,
    init(params, self) {
      const { cpus = [], cpu, scheduled = true } = params as ThreadParams;
      const mine = cpus.length > 0 ? cpus : [cpu ?? 0];
      const step = definition.init(params, self);
      const effects: Effect[] = scheduled ? [{ kind: 'pauseTimers' }] : [];
      const thread: ThreadState = {
        inner: step.state,
        self,
        scheduled,
        status: 'asleep',
        cpus: mine,
        cpu: mine[0] ?? 0,
        turn: 0,
        timers: {},
        inbox: [],
      };
      return { state: settled(stepped(thread, step, effects), { at: 0, effects, moves: undefined }), effects };
    },
    receive(thread, { message, from, at, timer }, observed = false): Step<ThreadState> {
      const turn: Turn = { at, effects: [], moves: observed ? [] : undefined };
      const next = answered(thread, { message, from, timer }, turn);
      return observed
        ? { state: next, effects: turn.effects, moves: turn.moves }
        : { state: next, effects: turn.effects };
    },
    /** A thread that wants the CPU and has not got it is `offCpu` beside the state it is in. */
    describe({ inner, status }) {
      const name = definition.describe(inner);
      const runs = status === 'asleep' || status === 'running' || status === 'yielding';
      return runs ? name : `${name} offCpu`;
    },
    facts: ({ inner }) => definition.facts(inner),
    hasTag: ({ inner }, tag) => definition.hasTag(inner, tag),
    save: ({ inner, ...thread }) => ({ ...thread, inner: definition.save(inner) }) as unknown as Json,
    restore(saved) {
      const { inner, ...thread } = saved as unknown as ThreadState<Json>;
      return { ...thread, inner: definition.restore(inner) };
    },
    project({ inner, status, cpu, inbox, timers }) {
      const pending = Object.keys(timers).sort();
      return { inner: definition.project(inner), status, cpu, inbox, timers: pending };
    },
  };
  return withOne;

  function answered(thread: ThreadState, waiting: Waiting, turn: Turn): ThreadState {
    const { message } = waiting;
    switch (message.type) {
      case 'task.dispatched': {
        const isAwaited = thread.status !== 'asleep' && thread.status !== 'choosing';
        return isAwaited && isCurrent(thread, message as unknown as SchedulerWord) ? dispatched(thread, turn) : thread;
      }
      case 'task.preempted':
        return thread.status === 'running' && isCurrent(thread, message as unknown as SchedulerWord)
          ? settled({ ...thread, status: 'yielding' }, turn)
          : thread;
      case 'task.cpuDrawn':
        return drawn(thread, message['index'] as number, turn);
      default:
        return received(thread, waiting, turn);
    }
  }
}

interface ThreadParams {
  readonly cpus?: readonly number[];
  readonly cpu?: number;
  readonly scheduled?: boolean;
}

/** What one step of the wrapper collects. */
interface Turn {
  readonly at: number;
  readonly effects: Effect[];
  readonly moves: Move[] | undefined;
}

type SchedulerWord = { readonly cpu: number; readonly turn: number };

/** Returns what says whether an input is for the thread. */
function threadReceiver(
  receiver: 'call' | 'thread' | NonNullable<AgentDefinition['receiver']>,
): NonNullable<AgentDefinition['receiver']> {
  return (input, timer) => {
    if (input.message.type === 'task.show') return 'call';
    return typeof receiver === 'string' ? receiver : receiver(input, timer);
  };
}

/**
 * Returns whether the word of a CPU is about the thread's last wake-up; it may have been on its way while the thread
 * slept, or was pulled elsewhere.
 */
const isCurrent = (thread: ThreadState, word: SchedulerWord): boolean =>
  word.cpu === thread.cpu && word.turn === thread.turn;

/**
 * Returns the thread after a step of the wrapped agent, with its timers noted. A timer that is cancelled after it fired
 * is taken back from the inbox.
 */
function stepped(thread: ThreadState, step: Step<ChartState>, effects: Effect[]): ThreadState {
  if (step.effects.length === 0) return { ...thread, inner: step.state };
  let { timers, inbox } = thread;
  for (const effect of step.effects) {
    effects.push(effect);
    if (effect.kind === 'setTimer') timers = { ...timers, [effect.timer]: effect.delay };
    else if (effect.kind === 'cancelTimer') {
      if (timers[effect.timer] === undefined) continue;
      timers = without(timers, effect.timer);
      if (inbox.length > 0) inbox = inbox.filter(({ timer }) => timer !== effect.timer);
    }
  }
  return { ...thread, inner: step.state, timers, inbox };
}

/** Returns whether the thread is where it computes, and can be taken off the CPU. */
function computes({ timers }: ThreadState): boolean {
  return Object.values(timers).some(({ pausable }) => pausable);
}

function without(timers: ThreadState['timers'], timer: string): ThreadState['timers'] {
  const { [timer]: _gone, ...rest } = timers;
  return rest;
}

/** schedule(): gives the CPU up. */
function fallenAsleep(thread: ThreadState, effects: Effect[]): ThreadState {
  effects.push({ kind: 'pauseTimers' }, { kind: 'send', to: cpuId(thread.cpu), message: { type: 'cpu.sleep' } });
  return { ...thread, status: 'asleep' };
}

/** try_to_wake_up(): asks for a CPU, and first for which. */
function wokenUp(thread: ThreadState, effects: Effect[]): ThreadState {
  if (thread.cpus.length > 1) {
    effects.push({ kind: 'choose', type: 'task.cpuDrawn', options: thread.cpus.length });
    return { ...thread, status: 'choosing' };
  }
  const turn = thread.turn + 1;
  effects.push({ kind: 'send', to: cpuId(thread.cpu), message: { type: 'cpu.wake', turn } });
  return { ...thread, status: 'waking', turn };
}

/** A thread that lost its CPU and may run elsewhere is pulled from there. */
function moved(thread: ThreadState, effects: Effect[]): ThreadState {
  if (thread.cpus.length > 1) effects.push({ kind: 'choose', type: 'task.cpuDrawn', options: thread.cpus.length });
  return thread;
}
