/** Fair sharing of a CPU: each rule by itself, and what they come to over any course of waking, sleeping and ticks. */
import { MICROSECOND as US, MILLISECOND as MS } from '@dragon/engine';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  IDLE_RUN_QUEUE,
  pickNext,
  type RunQueue,
  schedTunables,
  type SchedTunables,
  sleepThread,
  tickPreempts,
  updateCurr,
  wakeThread,
} from './cfs.ts';

const ONE = schedTunables(1);

/** Returns a run queue on which `curr` has run since 0. */
const running = (curr: string, vruntime: number, change: Partial<RunQueue> = {}): RunQueue => ({
  ...IDLE_RUN_QUEUE,
  curr: { thread: curr, vruntime },
  minVruntime: vruntime,
  ...change,
});
const waiting = (...entities: readonly (readonly [thread: string, vruntime: number])[]) =>
  entities.map(([thread, vruntime]) => ({ thread, vruntime }));
const order = ({ queue }: RunQueue): string[] => queue.map(({ thread }) => thread);

test('more CPUs make longer slices, up to eight', () => {
  expect(ONE).toEqual({ latency: 6 * MS, minGranularity: 750 * US, wakeupGranularity: MS });
  expect([1, 2, 3, 4, 7, 8, 64].map((cpus) => schedTunables(cpus).latency / MS)).toEqual([6, 12, 12, 18, 18, 24, 24]);
});

describe('update_curr', () => {
  test('charges the time since the last look to the thread that runs, and to no other', () => {
    const queue = waiting(['b', 7 * MS]);
    const once = updateCurr(running('a', 5 * MS, { queue, ranSince: MS }), 3 * MS);
    expect(once).toMatchObject({ curr: { thread: 'a', vruntime: 7 * MS }, queue, ranSince: 3 * MS });
    expect(updateCurr(once, 3 * MS).curr).toEqual(once.curr);
    // When it got the CPU is another matter.
    expect(once.pickedAt).toBe(0);
  });

  test('charges an idle CPU to nobody', () => {
    expect(updateCurr(IDLE_RUN_QUEUE, 3 * MS)).toEqual({ ...IDLE_RUN_QUEUE, ranSince: 3 * MS });
  });

  test('min_vruntime follows the smaller of the running and the first waiting, and never goes back', () => {
    const min = (queue: RunQueue, now: number): number => updateCurr(queue, now).minVruntime;
    expect(min(running('a', 5 * MS), 2 * MS)).toBe(7 * MS);
    expect(min(running('a', 5 * MS, { queue: waiting(['b', 6 * MS]) }), 2 * MS)).toBe(6 * MS);
    expect(min(running('a', 5 * MS, { queue: waiting(['b', 2 * MS]) }), 2 * MS)).toBe(5 * MS);
    expect(min({ ...IDLE_RUN_QUEUE, minVruntime: 9 * MS }, 2 * MS)).toBe(9 * MS);
  });
});

describe('a thread that wakes up', () => {
  /** The vruntime that `thread` gets on a CPU that has come to 100 ms. */
  const placed = (sleepers: RunQueue['sleepers'], tunables: SchedTunables = ONE): number | undefined =>
    wakeThread(running('a', 100 * MS, { sleepers }), 'b', 0, tunables).runQueue.queue[0]?.vruntime;

  test('comes back with what it had, but at most half a latency period behind the others', () => {
    expect(placed(waiting(['b', 99 * MS]))).toBe(99 * MS);
    expect(placed(waiting(['b', 120 * MS]))).toBe(120 * MS);
    expect(placed(waiting(['b', 97 * MS]))).toBe(97 * MS);
    expect(placed(waiting(['b', 2 * MS]))).toBe(97 * MS);
    expect(placed(waiting(['b', 2 * MS]), schedTunables(4))).toBe(91 * MS);
  });

  test('and was never here before, has the credit of a long sleep', () => {
    expect(placed([])).toBe(97 * MS);
  });

  test('is no sleeper any more, and stands behind those with as much', () => {
    const before = running('a', 10 * MS, { queue: waiting(['c', 9 * MS]), sleepers: waiting(['b', 9 * MS], ['d', 1]) });
    const { runQueue } = wakeThread(before, 'b', 0, ONE);
    expect(order(runQueue)).toEqual(['c', 'b']);
    expect(runQueue.sleepers).toEqual(waiting(['d', 1]));
  });

  test('takes the CPU if the one that runs is more than the wake-up granularity ahead, time of this instant included', () => {
    const wake = (ahead: number) => wakeThread(running('a', 0, { sleepers: waiting(['b', 0]) }), 'b', ahead, ONE);
    expect(wake(MS).preempts).toBe(false);
    expect(wake(MS + 1).preempts).toBe(true);
    expect(wake(MS + 1).runQueue.nextBuddy).toBe('b');
    expect(wake(MS).runQueue.nextBuddy).toBeNull();
  });

  test('on an idle CPU has nobody to preempt', () => {
    const { runQueue, preempts } = wakeThread(IDLE_RUN_QUEUE, 'b', 5, ONE);
    expect(preempts).toBe(false);
    expect(pickNext(runQueue, 5, ONE).curr?.thread).toBe('b');
  });
});

describe('a thread that goes to sleep', () => {
  test('keeps its vruntime, whether it ran or waited', () => {
    const before = running('a', 5 * MS, { queue: waiting(['b', 6 * MS], ['c', 7 * MS]), nextBuddy: 'b' });
    const a = sleepThread(before, 'a', 2 * MS);
    expect(a).toMatchObject({ curr: null, sleepers: waiting(['a', 7 * MS]), nextBuddy: 'b', minVruntime: 6 * MS });
    const b = sleepThread(before, 'b', 2 * MS);
    expect(b).toMatchObject({
      curr: { thread: 'a', vruntime: 7 * MS },
      sleepers: waiting(['b', 6 * MS]),
      nextBuddy: null,
    });
    expect(order(b)).toEqual(['c']);
  });

  test('must be here', () => {
    expect(() => sleepThread(running('a', 0), 'b', 0)).toThrow('b goes to sleep, but it is not on this CPU');
  });
});

describe('the tick', () => {
  /** Whether the tick takes the CPU from a thread that has run for `ran` and is `ahead` of the first of `others`. */
  const preempts = (ran: number, ahead: number, others = 1): boolean => {
    const queue = Array.from({ length: others }, (_, i) => ({ thread: `o${i}`, vruntime: 10 * MS - ahead }));
    return tickPreempts(running('a', 10 * MS, { queue }), ran, ONE);
  };

  test('takes it after a slice: the period by the number of threads, but no less than the minimum', () => {
    // Two share 6 ms, three too; nine have a period of nine minima.
    expect([preempts(3 * MS, 0), preempts(3 * MS + 1, 0)]).toEqual([false, true]);
    expect([preempts(2 * MS, 0, 2), preempts(2 * MS + 1, 0, 2)]).toEqual([false, true]);
    expect([preempts(750 * US, 0, 8), preempts(750 * US + 1, 0, 8)]).toEqual([false, true]);
    expect([preempts(750 * US, 0, 30), preempts(750 * US + 1, 0, 30)]).toEqual([false, true]);
  });

  test('takes it before that from a thread a slice ahead of the first, but not within the minimum', () => {
    expect([preempts(750 * US, 3 * MS), preempts(750 * US, 3 * MS + 1), preempts(750 * US - 1, 9 * MS)]).toEqual([
      false,
      true,
      false,
    ]);
  });

  test('leaves a thread alone that is alone, and an idle CPU too', () => {
    expect(tickPreempts(running('a', 0), 100 * MS, ONE)).toBe(false);
    expect(tickPreempts(IDLE_RUN_QUEUE, 100 * MS, ONE)).toBe(false);
  });
});

describe('the next thread', () => {
  const next = (before: RunQueue): string | undefined => pickNext(before, 50, ONE).curr?.thread;

  test('is the leftmost; the one that ran goes on only if it is ahead of nobody', () => {
    expect(next(running('a', 5, { queue: waiting(['b', 4], ['c', 6]) }))).toBe('b');
    expect(next(running('a', 3, { queue: waiting(['b', 4]) }))).toBe('a');
    expect(next(running('a', 4, { queue: waiting(['b', 4]) }))).toBe('b');
    expect(pickNext(running('a', 5, { queue: waiting(['b', 4], ['c', 6]) }), 50, ONE).queue).toEqual(
      waiting(['a', 5], ['c', 6]),
    );
  });

  test('is the one that has just preempted, unless that is unfair to the leftmost; the favour is for once', () => {
    const queue = waiting(['b', 0], ['c', MS], ['d', MS + 1]);
    expect(next({ ...IDLE_RUN_QUEUE, queue, nextBuddy: 'c' })).toBe('c');
    expect(next({ ...IDLE_RUN_QUEUE, queue, nextBuddy: 'd' })).toBe('b');
    expect(next({ ...IDLE_RUN_QUEUE, queue, nextBuddy: 'gone' })).toBe('b');
    expect(pickNext({ ...IDLE_RUN_QUEUE, queue, nextBuddy: 'c' }, 50, ONE).nextBuddy).toBeNull();
  });

  test('begins a new slice, even if it is the one that ran', () => {
    expect(pickNext(running('a', 3), 50, ONE)).toMatchObject({ pickedAt: 50, ranSince: 50 });
  });

  test('is nobody where nobody wants it', () => {
    expect(pickNext(IDLE_RUN_QUEUE, 50, ONE).curr).toBeNull();
  });
});

/** A CPU with the scheduler's calls in their order, as services/cpu makes them, and what each thread got of it. */
class Machine {
  runQueue = IDLE_RUN_QUEUE;
  now = 0;
  readonly got = new Map<string, number>();
  readonly #tunables: SchedTunables;

  constructor(tunables: SchedTunables) {
    this.#tunables = tunables;
  }

  wake(thread: string): void {
    const { runQueue, preempts } = wakeThread(this.runQueue, thread, this.now, this.#tunables);
    this.#set(runQueue, runQueue.curr === null || preempts);
  }

  sleep(thread: string): void {
    const runQueue = sleepThread(this.runQueue, thread, this.now);
    this.#set(runQueue, runQueue.curr === null);
  }

  tick(): void {
    const runQueue = updateCurr(this.runQueue, this.now);
    this.#set(runQueue, tickPreempts(runQueue, this.now, this.#tunables));
  }

  pass(ns: number): void {
    const thread = this.runQueue.curr?.thread;
    if (thread !== undefined) this.got.set(thread, (this.got.get(thread) ?? 0) + ns);
    this.now += ns;
  }

  asleep(thread: string): boolean {
    const { curr, queue } = this.runQueue;
    return curr?.thread !== thread && !queue.some((entity) => entity.thread === thread);
  }

  #set(before: RunQueue, reschedules: boolean): void {
    const runQueue = reschedules ? pickNext(before, this.now, this.#tunables) : before;
    expect(runQueue.minVruntime).toBeGreaterThanOrEqual(this.runQueue.minVruntime);
    const vruntimes = runQueue.queue.map(({ vruntime }) => vruntime);
    expect(vruntimes).toEqual(vruntimes.toSorted((a, b) => a - b));
    const all = [runQueue.curr, ...runQueue.queue, ...runQueue.sleepers].flatMap((each) => (each ? [each.thread] : []));
    expect(new Set(all).size).toBe(all.length);
    this.runQueue = runQueue;
  }
}

test('threads that always run get the same, within a slice and a tick, and nobody starves, whoever sleeps and wakes besides', () => {
  const TICK = 4 * MS;
  const step = fc.record({
    /** To the next step; a tick falls in between now and then. */
    passes: fc.oneof(fc.integer({ min: 1, max: 100 * US }), fc.integer({ min: 1, max: 3 * MS })),
    thread: fc.nat(3),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.nat(4),
      fc.constantFrom(1, 4),
      fc.array(step, { minLength: 20, maxLength: 250 }),
      (busy, nappers, cpus, steps) => {
        const tunables = schedTunables(cpus);
        const machine = new Machine(tunables);
        const threads = Array.from({ length: busy }, (_, i) => `busy/${i}`);
        for (const thread of threads) machine.wake(thread);
        const got = (thread: string): number => machine.got.get(thread) ?? 0;
        for (const { passes, thread } of steps) {
          for (let left = passes; left > 0; ) {
            const untilTick = TICK - (machine.now % TICK);
            machine.pass(Math.min(left, untilTick));
            left -= untilTick;
            if (machine.now % TICK === 0) machine.tick();
          }
          const napper = `nap/${thread}`;
          if (thread < nappers) {
            if (machine.asleep(napper)) machine.wake(napper);
            else machine.sleep(napper);
          }
          const times = threads.map(got);
          // A slice is at most half a period where there are two, and it ends at a tick.
          expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(tunables.latency / 2 + TICK);
        }
        const most = Math.max(...machine.got.values());
        // Those who sleep get their credit of half a period on top, and no more than that.
        for (const thread of threads)
          expect(got(thread)).toBeGreaterThanOrEqual(most - 2 * tunables.latency - 2 * TICK);
        expect([...machine.got.values()].reduce((sum, ns) => sum + ns, 0)).toBe(machine.now);
      },
    ),
    { numRuns: 60 },
  );
});
