/** Tests of the buffer lock. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allOf } from '../chunked-list.ts';
import { down, FREE_SEMAPHORE, type Semaphore, up } from './semaphore.ts';

const downBy = (semaphore: Semaphore, task: string): Semaphore => down(semaphore, { task });
const namesOf = ({ holder, waiters }: Semaphore) => [holder, ...allOf(waiters).map(({ task }) => task)];

test('one holds it, the others wait in the order in which they came', () => {
  const held = ['a', 'b', 'c'].reduce<Semaphore>(downBy, FREE_SEMAPHORE);
  expect(namesOf(held)).toEqual(['a', 'b', 'c']);
  expect(namesOf(up(held, 'a'))).toEqual(['b', 'c']);
  expect(up(up(up(held, 'a'), 'b'), 'c')).toEqual(FREE_SEMAPHORE);
});

test('only its holder releases it', () => {
  expect(() => up(downBy(downBy(FREE_SEMAPHORE, 'a'), 'b'), 'b')).toThrow('b releases a buffer lock held by a');
  expect(() => up(FREE_SEMAPHORE, 'b')).toThrow('b releases a buffer lock held by nobody');
});

test('by random use: first come, first served', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5), { maxLength: 40 }), (steps) => {
      let semaphore: Semaphore = FREE_SEMAPHORE;
      let queue: string[] = [];
      for (const step of steps) {
        const task = `t${step}`;
        if (queue[0] === task) {
          semaphore = up(semaphore, task);
          queue = queue.slice(1);
        } else if (queue.includes(task)) {
          expect(() => up(semaphore, task)).toThrow(`${task} releases`);
        } else {
          semaphore = downBy(semaphore, task);
          queue = [...queue, task];
        }
        expect(namesOf(semaphore)).toEqual(queue.length === 0 ? [null] : queue);
      }
    }),
  );
});
