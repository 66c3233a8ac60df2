/**
 * How threads of each kind get through the slow path: kernel reference 3.4 and 3.5. The hog's transcripts show the
 * rest.
 */
import type { AgentDefinition, Effect, Message } from '@dragon/engine';
import { describe, expect, test } from 'vitest';
import { setup } from 'xstate';
import { allocDelays, allocHandlers, allocStates } from './alloc-chart.ts';
import { type AllocContext, allocatorContext, requestPages, type RetryMode } from './allocation.ts';
import { effectActions, typesOf, fromMachine } from '@dragon/statechart';
import type { Received, TaskMessage } from '../messages.ts';
import { profileNamed } from '../policy/policy.ts';
import { threadHandlers } from '../sched/task.ts';

type Event = Received<TaskMessage>;
type Input = { readonly retry: RetryMode; readonly thread: 'task' | 'kthread' | 'worker'; readonly memalloc: boolean };

const machine = setup({
  types: typesOf<{ context: AllocContext; events: Event; input: Input & { readonly self: string } }>(),
  actions: effectActions,
  delays: allocDelays,
}).createMachine({
  id: 'allocator',
  context: ({ input }) => ({
    ...allocatorContext({
      self: input.self,
      policy: profileNamed('v6.1').policy,
      cpus: [0],
      node: 0,
      gfpFs: true,
      caller: input.thread === 'worker' ? 'inodegcAllocation' : 'pageFault',
      thread: input.thread,
    }),
    memalloc: input.memalloc,
    ...requestPages({ pages: 4, use: 'slab', retry: input.retry }),
  }),
  on: { ...threadHandlers, ...allocHandlers },
  initial: 'allocating',
  states: { allocating: { initial: 'fastPath', states: allocStates, onDone: 'done' }, done: {} },
});

const definition = fromMachine('allocator', machine) as AgentDefinition;

/** A thread whose node has nothing to give or to reclaim, unless it is told otherwise. */
class Driven {
  #state: unknown;
  #timers: Extract<Effect, { kind: 'setTimer' }>[] = [];
  readonly asked: string[] = [];
  readonly slept: string[] = [];
  granted = 0;

  constructor(input: Partial<Input>) {
    const { state, effects } = definition.init({ retry: 'default', thread: 'task', memalloc: false, ...input }, 'a/0');
    this.#state = state;
    this.#carryOut(effects);
  }

  get state(): string {
    return definition.describe(this.#state);
  }

  get alloc(): AllocContext['alloc'] {
    return (definition.save(this.#state) as unknown as { context: AllocContext }).context.alloc;
  }

  /** Answers what was asked last and lets the time pass, so many times or until it has ended. */
  run(steps: number): this {
    for (let i = 0; i < steps && this.state !== 'done'; i += 1) this.#answer(this.asked.at(-1) ?? '');
    return this;
  }

  /** Callbacks of RCU have run on top of this thread, which the wrapper tells it only if it has a reclaim_state. */
  interrupted(pages: number): this {
    this.#receive({ type: 'task.rcuFreed', cpu: 0, turn: 1, pages });
    return this;
  }

  #answer(asked: string): void {
    const zone = { free: 100, reclaimable: 2_000, minWmark: 1_024 };
    switch (asked) {
      case 'memory.allocate fast':
      case 'memory.allocate slow':
      case 'memory.allocate last-try':
        return this.#give({ type: 'task.pagesAllocated', granted: this.granted, ...zone });
      case 'memory.throttleDirectReclaim':
        return this.#give({ type: 'task.directReclaimAllowed' });
      case 'memory.shrinkLruvec':
        return this.#give({ type: 'task.lruShrunk', scanned: 0, reclaimed: 0 });
      case 'shrinkers.beginShrinkSlab':
        return this.#give({ type: 'task.shrinkSlabBegun', entered: false, lock: null });
      case 'memory.outOfMemory':
        return this.#give({ type: 'task.outOfMemoryHandled', progress: true, verdict: 'victim-dying' });
      case 'memory.slabReclaimed':
        return this.#answer(this.asked.at(-2) ?? '');
      default:
        throw new Error(`no answer to ${asked}`);
    }
  }

  #give(message: Message): void {
    this.#receive(message);
    for (let timer = this.#timers.pop(); timer !== undefined; timer = this.#timers.pop()) {
      if (!timer.delay.pausable) this.slept.push(timer.delay.name);
      this.#receive(timer.message);
    }
  }

  #receive(message: Message): void {
    const { state, effects } = definition.receive(this.#state, { message, from: 'a/0', at: 0 });
    this.#state = state;
    this.#carryOut(effects);
  }

  #carryOut(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'setTimer') this.#timers.push(effect);
      if (effect.kind !== 'send') continue;
      const { path } = effect.message as { readonly path?: string };
      this.asked.push(`${effect.message.type}${path === undefined ? '' : ` ${path}`}`);
    }
  }
}

const count = (all: readonly string[], what: string): number => all.filter((each) => each === what).length;

test('PF_MEMALLOC never reclaims: it fails if there is nothing at all', () => {
  const helper = new Driven({ memalloc: true }).run(10);
  expect(helper.asked).toEqual(['memory.allocate fast', 'memory.allocate slow']);
  expect(helper.alloc.outcome).toBe('failed');
});

test('__GFP_RETRY_MAYFAIL gives up before the OOM killer', () => {
  const often = new Driven({ retry: 'may-fail' }).run(1_000);
  expect(count(often.asked, 'memory.shrinkLruvec')).toBe(17 * 13);
  expect(often.asked.at(-1)).toBe('memory.allocate last-try');
  expect(often.alloc.outcome).toBe('failed');
});

test('the OOM killer is asked after 17 rounds in vain, again and again', () => {
  const patient = new Driven({}).run(17 * 29 * 3);
  expect(count(patient.asked, 'memory.outOfMemory')).toBe(2);
  expect(count(patient.asked, 'memory.allocate last-try')).toBe(2);
  expect(patient.state).not.toBe('done');
});

test('__GFP_NOFAIL does not fail where others do', () => {
  const stubborn = new Driven({ retry: 'no-fail', memalloc: true }).run(50);
  expect(count(stubborn.asked, 'memory.allocate slow')).toBe(50);
  stubborn.granted = 4;
  expect(stubborn.run(1).alloc.outcome).toBe('granted');
});

describe('what RCU frees in an interrupt of the reclaimer', () => {
  /** Rounds of priorities 12 to 0, in vain. */
  const inVain = (rounds: number): Driven => {
    const driven = new Driven({});
    while (driven.alloc.verdict.noProgressLoops < rounds) driven.run(1);
    return driven;
  };
  const roundsLater = (driven: Driven): number => {
    const { length } = driven.asked;
    while (!driven.asked.slice(length).some((each) => each.startsWith('memory.allocate'))) driven.run(1);
    // The zone is read, and the verdict made.
    return driven.run(1).alloc.verdict.noProgressLoops;
  };

  test('a round whose only progress is RCU resets no_progress_loops', () => {
    expect(roundsLater(inVain(5).run(4))).toBe(6);
    expect(roundsLater(inVain(5).run(4).interrupted(1))).toBe(0);
    // In whatever it is at: the LRU, or between the request to a shrinker and its answer.
    for (const at of [2, 3, 5, 17]) expect(roundsLater(inVain(5).run(at).interrupted(1))).toBe(0);
  });

  test('is what try_to_free_pages returns, and progress of the node', () => {
    const driven = inVain(5).run(4).interrupted(3).interrupted(2);
    const { length } = driven.asked;
    driven.run(2);
    expect(driven.asked.slice(length)).toContain('memory.slabReclaimed');
    expect(driven.alloc.nrReclaimed).toBe(5);
  });
});

test('a kernel thread is not throttled, and a worker sleeps a jiffy between rounds', () => {
  const kthread = new Driven({ thread: 'kthread' }).run(100);
  expect(count(kthread.asked, 'memory.throttleDirectReclaim')).toBe(0);
  expect(kthread.slept).toEqual([]);
  const worker = new Driven({ thread: 'worker' }).run(29 * 3);
  expect(count(worker.asked, 'memory.throttleDirectReclaim')).toBe(0);
  expect(worker.slept).toEqual(['jiffy', 'jiffy', 'jiffy']);
});

test('what an attempt gives is taken, and the rest begins with the fast path', () => {
  const piecemeal = new Driven({});
  piecemeal.granted = 1;
  piecemeal.run(10);
  expect(piecemeal.alloc).toMatchObject({ outcome: 'granted', granted: 4, unpaid: 0 });
  expect(piecemeal.asked).toEqual([
    'memory.allocate fast',
    'memory.allocate slow',
    'memory.allocate fast',
    'memory.allocate slow',
  ]);
});
