/** A thread for the tests of the scheduler's wrapper, and a hand to drive it with. */
import { cpuTime, RUNNING, type Task, threadHandlers } from './task.ts';
import type { Effect, Json, Message, Step } from '@dragon/engine';
import { assign, setup } from 'xstate';
import { delay, effectActions, type TimerMessage, typesOf } from '@dragon/statechart';
import type { Received, TaskMessage } from '../messages.ts';
import { scheduledThread } from './scheduled-thread.ts';
import type { ThreadState } from './thread-state.ts';

export interface ToyContext {
  readonly cpu: number;
  readonly task: Task;
  readonly noted: number;
  /** Whether it reclaims; then what RCU frees is noted. */
  readonly reclaimState: boolean;
}
type Event = Received<TaskMessage> | Received<{ type: 'toy.answer' | 'toy.wait' | 'toy.note' | 'toy.poke' }>;

/**
 * Sleeps, computes, asks somebody and waits for the answer, at most for a while. `toy.note` is for a part of it that is
 * no thread.
 */
export const toyMachine = setup({
  types: typesOf<{
    context: ToyContext;
    events: Event;
    input: { cpu?: number; cpus?: number[]; reclaims?: boolean };
  }>(),
  actions: effectActions,
  delays: { start: () => delay('start'), compute: () => cpuTime('compute'), patience: () => delay('patience') },
}).createMachine({
  id: 'toy',
  context: ({ input }) => ({
    cpu: input.cpus?.[0] ?? input.cpu ?? 0,
    task: RUNNING,
    noted: 0,
    reclaimState: input.reclaims ?? false,
  }),
  type: 'parallel',
  on: {
    ...threadHandlers,
    'task.rcuFreed': { actions: assign({ noted: ({ context, event }) => context.noted + event.pages }) },
  },
  states: {
    notes: {
      initial: 'waiting',
      on: { 'toy.note': { actions: assign({ noted: ({ context }) => context.noted + 1 }) } },
      states: {
        waiting: { after: { patience: 'over' } },
        over: {},
      },
    },
    thread: {
      initial: 'sleeping',
      states: {
        sleeping: { tags: ['sleeping'], after: { start: 'computing' }, on: { 'toy.poke': 'computing' } },
        computing: { after: { compute: 'asking' } },
        asking: {
          entry: { type: 'send', params: { kind: 'send', to: 'oracle', message: { type: 'oracle.ask' } } },
          on: { 'toy.answer': 'computing', 'toy.wait': 'blocked' },
        },
        blocked: {
          tags: ['blocked'],
          on: { 'toy.answer': 'computing', 'toy.poke': 'sleeping' },
          after: { patience: 'asking' },
        },
      },
    },
  },
});

export const toyThread = scheduledThread('toy', toyMachine, {
  receiver: ({ message }) =>
    message.type === 'toy.note' || message['state'] === NOTES_PATIENCE.message.state ? 'call' : 'thread',
});

/** A timer of the toy: its name, and the message that it brings. */
interface ToyTimer {
  readonly timer: string;
  readonly message: TimerMessage;
}

const toyTimer = (name: string, state: string): ToyTimer => {
  return { timer: `${name} ${state}`, message: { type: 'timer', name, state } };
};

export const START = toyTimer('start', 'thread.sleeping');
export const COMPUTE = toyTimer('compute', 'thread.computing');
export const PATIENCE = toyTimer('patience', 'thread.blocked');
export const NOTES_PATIENCE = toyTimer('patience', 'notes.waiting');

const DELAYS = new Map([START, COMPUTE, PATIENCE, NOTES_PATIENCE].map(({ timer, message }) => [timer, message.name]));

export const told = (effect: Effect): string => {
  switch (effect.kind) {
    case 'send':
      return `${effect.to} <- ${effect.message.type}`;
    case 'setTimer':
      return `arm ${effect.delay.name}`;
    case 'cancelTimer':
      return `cancel ${DELAYS.get(effect.timer)}`;
    case 'pauseTimers':
      return 'off';
    case 'resumeTimers':
      return 'on';
    case 'choose':
      return `choose ${effect.type} of ${effect.options}`;
    case 'log':
    case 'trace':
      return effect.kind;
  }
};

/** A thread driven by hand; every state goes through a snapshot before the next message. */
export class Thread {
  state: ThreadState;
  readonly atStart: readonly string[];

  constructor(params: Json = { cpu: 1 }) {
    const step = toyThread.init(params, 'toy/0');
    this.state = step.state;
    this.atStart = step.effects.map(told);
  }

  /**
   * Returns what came of a message; `toy.…` comes from the oracle, the scheduler's from the CPU of the last wake-up,
   * all else from itself.
   */
  get(what: string | ToyTimer, fields: { readonly [key: string]: Json } = {}): string[] {
    return this.step(what, fields).effects.map(told);
  }

  /** Gives a message as `get` does; returns the step, with its moves. */
  step(what: string | ToyTimer, fields: { readonly [key: string]: Json } = {}): Step<ThreadState> {
    const input = typeof what === 'string' ? this.#inputOf(what, fields) : { ...what, from: 'toy/0' };
    const step = toyThread.receive(this.#reloaded(), { ...input, at: 0 }, true);
    this.state = step.state;
    return step;
  }

  #inputOf(
    type: string,
    fields: { readonly [key: string]: Json },
  ): { readonly message: Message; readonly from: string } {
    const from = type.startsWith('toy.') ? 'oracle' : type.startsWith('task.') ? 'cpu/1' : 'toy/0';
    const { cpu, turn } = this.state;
    const isOfTurn = [
      'task.dispatched',
      'task.preempted',
      'task.cpuStalled',
      'task.cpuResumed',
      'task.rcuFreed',
    ].includes(type);
    return { message: { type, ...(isOfTurn ? { cpu, turn } : {}), ...fields }, from };
  }

  /** Gives several messages; returns what came of the last. */
  course(...all: readonly (string | ToyTimer)[]): string[] {
    return all.map((what) => this.get(what)).at(-1) ?? [];
  }

  get name(): string {
    return toyThread.describe(this.state);
  }

  get where(): string {
    return this.name.replace(/^notes\.\w+ thread\./, '');
  }

  get noted(): number {
    return (this.state.inner.context as ToyContext).noted;
  }

  #reloaded(): ThreadState {
    const saved = JSON.stringify(toyThread.save(this.state));
    const restored = toyThread.restore(JSON.parse(saved) as Json);
    if (JSON.stringify(toyThread.save(restored)) !== saved || toyThread.describe(restored) !== this.name)
      throw new Error(`a snapshot has lost something: ${saved}`);
    return restored;
  }
}

/** A thread that computes on its CPU. */
export function computing(params?: Json): Thread {
  const thread = new Thread(params);
  thread.course(START, 'task.dispatched');
  if (thread.where !== 'computing') throw new Error(`the thread is ${thread.where}`);
  return thread;
}
