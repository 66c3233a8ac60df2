/** The rwsem against the rules of kernel reference 3.8, by random use. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allOf } from '../chunked-list.ts';
import {
  acquire,
  canRead,
  canWrite,
  FREE_RWSEM,
  holders,
  isContended,
  release,
  type Rwsem,
  type RwsemMode,
} from './rwsem.ts';

const use = (rwsem: Rwsem, ...steps: readonly string[]): Rwsem =>
  steps.reduce((before, step) => {
    const [task = '', what] = step.split(' ');
    return (what === 'up' ? release(before, task) : acquire(before, task, what as RwsemMode)).rwsem;
  }, rwsem);

const holding = (rwsem: Rwsem): string[] => allOf(holders(rwsem));
const waiting = (rwsem: Rwsem): string[] => allOf(rwsem.waiters).map(({ task, mode }) => `${task} ${mode}`);

test('readers share, a writer is alone', () => {
  const shared = use(FREE_RWSEM, 'a R', 'b R');
  expect(shared).toEqual({ readers: [['a', 'b']], writer: null, waiters: [] });
  expect(waiting(use(shared, 'w W'))).toEqual(['w W']);
  const alone = use(FREE_RWSEM, 'w W', 'a R', 'v W');
  expect([holding(alone), waiting(alone)]).toEqual([['w'], ['a R', 'v W']]);
});

test('a waiting writer makes every trylock fail, though only readers hold it', () => {
  const read = use(FREE_RWSEM, 'a R');
  expect([canRead(read), canWrite(read), isContended(read)]).toEqual([true, false, false]);
  const contended = use(read, 'w W');
  expect([canRead(contended), canWrite(contended), isContended(contended)]).toEqual([false, false, true]);
  expect([canRead(FREE_RWSEM), canWrite(FREE_RWSEM)]).toEqual([true, true]);
  const written = use(FREE_RWSEM, 'w W');
  expect([canRead(written), canWrite(written)]).toEqual([false, false]);
});

test('a reader that comes after a waiting writer waits behind it', () => {
  const rwsem = use(FREE_RWSEM, 'a R', 'w W', 'b R', 'a up');
  expect([holding(rwsem), waiting(rwsem)]).toEqual([['w'], ['b R']]);
});

test('readers at the head of the queue are granted together, up to the next writer', () => {
  const before = use(FREE_RWSEM, 'w W', 'b R', 'a R', 'v W', 'c R');
  const { rwsem: after, granted } = release(before, 'w');
  expect([holding(after), waiting(after)]).toEqual([
    ['a', 'b'],
    ['v W', 'c R'],
  ]);
  expect(granted).toEqual(['b', 'a']);
  expect(release(after, 'a').granted).toEqual([]);
  expect(release(use(after, 'a up'), 'b').granted).toEqual(['v']);
});

test('whoever does not hold it cannot release it', () => {
  const rwsem = use(FREE_RWSEM, 'a R', 'w W');
  for (const task of ['w', 'x'])
    expect(() => release(rwsem, task)).toThrow(`${task} releases an rwsem that it does not hold`);
  expect(() => use(rwsem, 'a up', 'a up')).toThrow('a releases an rwsem that it does not hold');
});

test('by random use: never two writers nor a writer among readers, first come first served, nobody forgotten', () => {
  const step = fc.record({ task: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), write: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { size: 'max', maxLength: 60 }), (steps) => {
      let rwsem = FREE_RWSEM;
      /** Who waits, in the order in which they came. */
      let queue: string[] = [];
      const modes = new Map<string, RwsemMode>();
      for (const { task, write } of steps) {
        let granted: readonly string[] = [];
        if (holding(rwsem).includes(task)) {
          ({ rwsem, granted } = release(rwsem, task));
          modes.delete(task);
        } else if (!modes.has(task)) {
          const mode = write ? 'W' : 'R';
          const free = mode === 'R' ? canRead(rwsem) : canWrite(rwsem);
          ({ rwsem, granted } = acquire(rwsem, task, mode));
          expect(holding(rwsem).includes(task)).toBe(free);
          modes.set(task, mode);
          queue.push(task);
        }
        // Who is granted it was at the head of the queue, in this order.
        expect(queue.slice(0, granted.length)).toEqual(granted);
        queue = queue.slice(granted.length);
        expect(allOf(rwsem.waiters).map((waiter) => waiter.task)).toEqual(queue);

        if (rwsem.writer !== null) expect(rwsem.readers).toEqual([]);
        expect(new Set([...holding(rwsem), ...queue])).toEqual(new Set(modes.keys()));
        expect(holding(rwsem).length + queue.length).toBe(modes.size);
        for (const holder of holding(rwsem)) expect(modes.get(holder)).toBe(rwsem.writer === null ? 'R' : 'W');
        // The first in the queue waits for a reason.
        const [first] = allOf(rwsem.waiters);
        if (first?.mode === 'R') expect(rwsem.writer).not.toBeNull();
        if (first?.mode === 'W') expect(holding(rwsem)).not.toEqual([]);
        if (first !== undefined) expect([canRead(rwsem), canWrite(rwsem)]).toEqual([false, false]);
      }
    }),
    { numRuns: 100 },
  );
});
