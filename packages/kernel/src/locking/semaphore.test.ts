/** Tests of the buffer lock. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { down, FREE_SEMAPHORE, up } from './semaphore.ts';

test('one holds it, the others wait in the order in which they came', () => {
  const held = ['a', 'b', 'c'].reduce(down, FREE_SEMAPHORE);
  expect(held).toEqual({ holder: 'a', waiters: ['b', 'c'] });
  expect(up(held, 'a')).toEqual({ holder: 'b', waiters: ['c'] });
  expect(up(up(up(held, 'a'), 'b'), 'c')).toEqual(FREE_SEMAPHORE);
});

test('only its holder releases it', () => {
  expect(() => up(down(down(FREE_SEMAPHORE, 'a'), 'b'), 'b')).toThrow('b releases a buffer lock held by a');
  expect(() => up(FREE_SEMAPHORE, 'b')).toThrow('b releases a buffer lock held by nobody');
});

test('by random use: first come, first served', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5), { maxLength: 40 }), (steps) => {
      let semaphore = FREE_SEMAPHORE;
      let queue: string[] = [];
      for (const step of steps) {
        const task = `t${step}`;
        if (queue[0] === task) {
          semaphore = up(semaphore, task);
          queue = queue.slice(1);
        } else if (queue.includes(task)) {
          expect(() => up(semaphore, task)).toThrow(`${task} releases`);
        } else {
          semaphore = down(semaphore, task);
          queue = [...queue, task];
        }
        expect(semaphore).toEqual({ holder: queue[0] ?? null, waiters: queue.slice(1) });
      }
    }),
  );
});
