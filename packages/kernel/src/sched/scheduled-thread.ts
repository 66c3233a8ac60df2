/**
 * A thread that has to be given a CPU: wraps the statechart of an agent so that it acts only while the scheduler of its
 * CPU lets it. Linux 6.1 kernel/sched/core.c try_to_wake_up, schedule. Its timers in CPU time stand still while it is
 * not on the CPU, and what would wake or answer it waits until it is. As under voluntary preemption, a thread is not
 * taken off between a request and its answer, only where it computes. It asks the CPU where it ran last, and learns
 * from the word that gives it a CPU which one it is. In a plan without schedulers (`scheduled: false` among its
 * parameters) a thread has a CPU of its own wherever it wakes up, which of several is drawn, and nobody takes it away.
 *
 * A thread's chart says by tags where it sleeps: `blocked`, on something that another thread or agent ends, and
 * `sleeping`, until it has something to do. In any other state it wants the CPU.
 */
import {
  type AgentDefinition,
  type AgentId,
  type Effect,
  type Json,
  type Move,
  type NamedDelay,
  stateNameWith,
  type Step,
} from '@dragon/engine';
import { type ChartState, fromMachine, type MachineOptions, type StatechartDefinition } from '@dragon/statechart';
import type { AnyStateMachine } from 'xstate';
import { CONTEXT_COPIERS } from '../context-copiers.ts';
import { cpuId } from '../messages.ts';
import { llcMask } from './llc.ts';
import {
  CALLS,
  computes,
  type Draft,
  draftOf,
  note,
  pendingTimer,
  type ThreadState,
  type Waiting,
  without,
  onlyCpu,
} from './thread-state.ts';

/** The word beside the state of a thread that wants the CPU and has not got it. */
export const OFF_CPU = 'offCpu';

/** A thread's definition with a CPU under it; `inner` is the wrapped agent's own. */
export interface ScheduledDefinition extends StatechartDefinition<ThreadState> {
  readonly inner: StatechartDefinition;
  readonly interpreted: ScheduledDefinition;
}

/**
 * Returns the definition of a thread whose behaviour is `machine`. The agent's parameters name its CPUs: `cpus`, of
 * which it begins on the first, or `cpu`. Every input is for the thread unless `receiver` says otherwise; khungtaskd's
 * look never is, nor is a signal: it is pending from when it is sent, and wakes only whom it can. Nor is what the
 * thread reads of memory or of the disk when it comes to it.
 */
export function scheduledThread<M extends AnyStateMachine>(
  kind: string,
  machine: M,
  { receiver = 'thread', ...options }: MachineOptions<M> = {},
): ScheduledDefinition {
  return withCpu(
    fromMachine(kind, machine, { copiers: CONTEXT_COPIERS, ...options, receiver: threadReceiver(receiver) }),
  );
}

/** Returns the definition with a CPU under it. */
function withCpu(definition: StatechartDefinition): ScheduledDefinition {
  const isAsleep = (inner: ChartState): boolean =>
    definition.hasTag(inner, 'blocked') || definition.hasTag(inner, 'sleeping');

  /** `current->reclaim_state`. */
  const hasReclaimState = (inner: ChartState): boolean =>
    (definition.facts(inner) as { readonly reclaimState?: boolean }).reclaimState === true;

  /** Hands an input to the wrapped agent, and collects what it asks for. */
  const deliver = (thread: Draft, { message, from, timer }: Waiting, turn: Turn): void => {
    if (timer !== undefined) thread.timers = without(thread.timers, timer);
    const step = definition.receive(thread.inner, { message, from, at: turn.at, timer }, turn.moves !== undefined);
    if (step.moves !== undefined) turn.moves?.push(...step.moves);
    note(thread, step, turn.effects);
  };

  const deliverInbox = (thread: Draft, turn: Turn): void => {
    for (let first = thread.inbox[0]; first !== undefined; first = thread.inbox[0]) {
      thread.inbox = thread.inbox.slice(1);
      deliver(thread, first, turn);
    }
  };

  /** Tells the scheduler what the last step made of the thread. */
  const settle = (thread: Draft, { effects, from }: Turn): void => {
    const asleep = isAsleep(thread.inner);
    if (!thread.scheduled && thread.status !== 'choosing') {
      // A call has woken it: the message that wakes a thread otherwise waits until the CPU is drawn.
      if (thread.status === 'asleep' && !asleep && thread.cpus.length > 1) choose(thread, effects);
      else thread.status = asleep ? 'asleep' : 'running';
      return;
    }
    switch (thread.status) {
      case 'running':
      case 'yielding':
        if (asleep) fallAsleep(thread, effects);
        else if (thread.status === 'yielding' && computes(thread)) {
          effects.push({ kind: 'pauseTimers' });
          thread.status = 'preempted';
        }
        break;
      case 'asleep':
        if (!asleep) wakeUp(thread, from, effects);
        break;
      case 'choosing':
      case 'waking':
      case 'preempted':
      case 'stalled':
        break;
    }
  };

  const migrate = (thread: Draft, cpu: number, turn: Turn): void => {
    if (cpu === thread.cpu) return;
    thread.cpu = cpu;
    deliver(thread, { message: { type: 'task.migrated', cpu }, from: thread.self }, turn);
  };

  const dispatch = (thread: Draft, cpu: number, turn: Turn): void => {
    migrate(thread, cpu, turn);
    turn.effects.push({ kind: 'resumeTimers' });
    thread.status = 'running';
    deliverInbox(thread, turn);
    settle(thread, turn);
  };

  /** The CPU has been drawn, where there are no schedulers. */
  const place = (thread: Draft, index: number, turn: Turn): void => {
    if (thread.status !== 'choosing') return;
    migrate(thread, thread.cpus[index] ?? thread.cpu, turn);
    thread.status = 'running';
    deliverInbox(thread, turn);
    settle(thread, turn);
  };

  /**
   * select_fallback_rq, migrate_tasks: a CPU is gone. A thread that is on it, or on its run queue, goes to another one
   * at once; one that sleeps, when it wakes up.
   */
  const leaveCpu = (thread: Draft, word: OfflineWord, turn: Turn): void => {
    const left = thread.cpus.filter((each) => each !== word.cpu);
    const wantsIt = thread.status !== 'asleep' && word.turn === thread.turn;
    thread.cpus = left.length > 0 ? left : word.online;
    thread.allowed = llcMask(thread.cpus, thread.cpu);
    if (!wantsIt && !(thread.cpu === word.cpu && thread.status === 'asleep')) return;
    if (thread.status === 'running' || thread.status === 'yielding') turn.effects.push({ kind: 'pauseTimers' });
    migrate(thread, thread.cpus[0] ?? thread.cpu, turn);
    thread.allowed = llcMask(thread.cpus, thread.cpu);
    if (wantsIt) wakeUp(thread, thread.self, turn.effects);
  };

  /** An input of the agent's own; off the CPU it has to wait, and wakes the thread. */
  const accept = (thread: Draft, waiting: Waiting, turn: Turn): void => {
    const isCall = definition.receiver(waiting, pendingTimer(thread, waiting.timer)) === 'call';
    const onCpu = thread.status === 'running' || thread.status === 'yielding';
    const isFree = !thread.scheduled && thread.status !== 'choosing' && thread.cpus.length === 1;
    if (isCall || onCpu || isFree) {
      deliver(thread, waiting, turn);
      settle(thread, turn);
      return;
    }
    thread.inbox = thread.inbox.concat(waiting);
    if (thread.status !== 'asleep') return;
    if (thread.scheduled) wakeUp(thread, turn.from, turn.effects);
    else choose(thread, turn.effects);
  };

  const { kind, chart, notCompiled, interpreted, census } = definition;
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
      const mine = cpus.length > 1 ? cpus : onlyCpu(cpus[0] ?? cpu ?? 0);
      const step = definition.init(params, self);
      const effects: Effect[] = scheduled ? [{ kind: 'pauseTimers' }] : [];
      const start = mine[0] ?? 0;
      const thread: Draft = {
        inner: step.state,
        self,
        scheduled,
        status: 'asleep',
        cpus: mine,
        cpu: start,
        allowed: llcMask(mine, start),
        turn: 0,
        timers: NONE,
        inbox: NONE,
      };
      note(thread, step, effects);
      settle(thread, { at: 0, from: self, effects, moves: undefined });
      return { state: thread, effects };
    },
    receive(thread, { message, from, at, timer }, observed = false): Step<ThreadState> {
      const turn: Turn = { at, from, effects: [], moves: observed ? [] : undefined };
      const next = draftOf(thread);
      answer(next, { message, from, timer }, turn);
      const { effects, moves } = turn;
      return moves === undefined ? { state: next, effects } : { state: next, effects, moves };
    },
    describe({ inner, status }) {
      const name = definition.describe(inner);
      const runs = status === 'asleep' || status === 'running' || status === 'yielding';
      return runs ? name : stateNameWith(name, OFF_CPU);
    },
    facts: ({ inner }) => definition.facts(inner),
    ...(census && { census: ({ inner }) => census(inner) }),
    hasTag: ({ inner }, tag) => definition.hasTag(inner, tag),
    save({ inner, timers, ...thread }) {
      const pending = Object.fromEntries(timers.map(({ timer, delay }) => [timer, delay]));
      return { ...thread, timers: pending, inner: definition.save(inner) } as unknown as Json;
    },
    restore(saved) {
      const { inner, timers, ...thread } = saved as unknown as Saved;
      const pending = Object.entries(timers).map(([timer, delay]) => ({ timer, delay }));
      return draftOf({ ...thread, timers: pending, inner: definition.restore(inner) });
    },
    ruledOut: ({ inner }) => definition.ruledOut(inner),
    project({ inner, status, cpu, inbox, timers }) {
      const pending = timers.map(({ timer }) => timer).sort();
      return { inner: definition.project(inner), status, cpu, inbox, timers: pending };
    },
  };
  return withOne;

  function answer(thread: Draft, waiting: Waiting, turn: Turn): void {
    const { message } = waiting;
    switch (message.type) {
      case 'task.dispatched': {
        const word = message as unknown as SchedulerWord;
        if (thread.status !== 'asleep' && word.turn === thread.turn) dispatch(thread, word.cpu, turn);
        // It was moved there while it was on its way to sleep, which it told its old CPU.
        else if (word.cpu !== thread.cpu)
          turn.effects.push({ kind: 'send', to: cpuId(word.cpu), message: { type: 'cpu.sleep' } });
        break;
      }
      case 'task.preempted':
        if (thread.status !== 'running' || !isCurrent(thread, message as unknown as SchedulerWord)) break;
        thread.status = 'yielding';
        settle(thread, turn);
        break;
      case 'task.cpuStalled':
        if (thread.status !== 'running' || !isCurrent(thread, message as unknown as SchedulerWord)) break;
        turn.effects.push({ kind: 'pauseTimers' });
        thread.status = 'stalled';
        break;
      case 'task.cpuResumed':
        if (thread.status === 'stalled') dispatch(thread, thread.cpu, turn);
        break;
      case 'task.rcuFreed':
        if (isInterrupted(thread, message as unknown as SchedulerWord) && hasReclaimState(thread.inner))
          deliver(thread, waiting, turn);
        break;
      case 'task.cpuOffline':
        leaveCpu(thread, message as unknown as OfflineWord, turn);
        break;
      case 'task.cpuDrawn':
        place(thread, message['index'] as number, turn);
        break;
      default:
        accept(thread, waiting, turn);
    }
  }
}

/** The state as data. */
type Saved = Omit<ThreadState<Json>, 'timers'> & { readonly timers: { readonly [timer: string]: NamedDelay } };

/** The same empty list for all threads. */
const NONE: readonly never[] = [];

interface ThreadParams {
  readonly cpus?: readonly number[];
  readonly cpu?: number;
  readonly scheduled?: boolean;
}

/** What one step of the wrapper collects. */
interface Turn {
  readonly at: number;
  /** Who sent what led to the step. */
  readonly from: AgentId;
  readonly effects: Effect[];
  readonly moves: Move[] | undefined;
}

type SchedulerWord = { readonly cpu: number; readonly turn: number };
type OfflineWord = SchedulerWord & { readonly online: readonly number[] };

/** Returns what says whether an input is for the thread. */
function threadReceiver(
  receiver: 'call' | 'thread' | NonNullable<AgentDefinition['receiver']>,
): NonNullable<AgentDefinition['receiver']> {
  return (input, timer) => {
    const { type } = input.message;
    if (CALLS.includes(type)) return 'call';
    return typeof receiver === 'string' ? receiver : receiver(input, timer);
  };
}

/**
 * Returns whether the word of a CPU is about the thread's last wake-up; it may have been on its way while the thread
 * slept.
 */
const isCurrent = (thread: ThreadState, word: SchedulerWord): boolean =>
  word.cpu === thread.cpu && word.turn === thread.turn;

/** Returns whether the CPU that has had an interrupt is the thread's, which the stall may have reached or not. */
const isInterrupted = (thread: ThreadState, word: SchedulerWord): boolean =>
  (thread.status === 'running' || thread.status === 'yielding' || thread.status === 'stalled') &&
  isCurrent(thread, word);

/** schedule(): gives the CPU up. */
function fallAsleep(thread: Draft, effects: Effect[]): void {
  effects.push({ kind: 'pauseTimers' }, { kind: 'send', to: cpuId(thread.cpu), message: { type: 'cpu.sleep' } });
  thread.status = 'asleep';
}

/** try_to_wake_up(): asks for a CPU. */
function wakeUp(thread: Draft, by: AgentId, effects: Effect[]): void {
  const { cpu, allowed } = thread;
  thread.turn += 1;
  effects.push({ kind: 'send', to: cpuId(cpu), message: { type: 'cpu.wake', turn: thread.turn, allowed, by } });
  thread.status = 'waking';
}

/** Without schedulers: lets it be drawn on which of its CPUs the thread goes on. */
function choose(thread: Draft, effects: Effect[]): void {
  effects.push({ kind: 'choose', type: 'task.cpuDrawn', options: thread.cpus.length });
  thread.status = 'choosing';
}
