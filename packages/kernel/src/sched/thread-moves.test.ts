/** What an observer is told of a thread: the messages that it answered, and not the word of the CPU that let it. */
import { expect, test } from 'vitest';
import { COMPUTE, computing, START, Thread, toyThread } from './toy-thread.fixture.ts';

test('are those of what the thread answered, not of the word that gave it the CPU', () => {
  const thread = computing();
  thread.course(COMPUTE, 'toy.wait');
  expect(thread.step('toy.answer').moves).toEqual([]);
  expect(thread.step('task.dispatched').moves).toEqual([
    {
      message: { type: 'toy.answer' },
      from: 'oracle',
      timer: undefined,
      taken: [{ source: 'thread.blocked', target: ['thread.computing'], by: 'toy.answer', index: 0 }],
    },
  ]);
});

test('of a timer that fired off the CPU name the timer', () => {
  const thread = new Thread();
  expect(thread.step(START).moves).toEqual([]);
  expect(thread.step('task.dispatched').moves).toEqual([
    {
      ...START,
      from: 'toy/0',
      taken: [{ source: 'thread.sleeping', target: ['thread.computing'], by: 'after start', index: 0 }],
    },
  ]);
});

test('are several where several messages have waited, in their order', () => {
  const thread = computing();
  thread.course(COMPUTE, 'toy.wait', 'toy.poke', 'toy.poke');
  const causes = thread.step('task.dispatched').moves?.map(({ message, taken }) => [message.type, taken.length]);
  expect(causes).toEqual([
    ['toy.poke', 1],
    ['toy.poke', 1],
  ]);
});

test('of what needs no CPU are there at once, and a word of the scheduler that changes nothing has none', () => {
  const thread = computing();
  thread.get('task.preempted');
  expect(thread.step('toy.note').moves?.map(({ taken }) => taken)).toEqual([
    [{ source: 'notes', target: [], by: 'toy.note', index: 0 }],
  ]);
  expect(thread.step('task.dispatched').moves).toEqual([]);
});

test('are not made unless somebody observes', () => {
  const { state } = computing();
  const input = { ...COMPUTE, from: 'toy/0', at: 0 };
  expect(toyThread.receive(state, input)).not.toHaveProperty('moves');
  expect(toyThread.receive(state, input).effects).toEqual(toyThread.receive(state, input, true).effects);
});
