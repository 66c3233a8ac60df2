/** A thread of a plan without schedulers: it runs as soon as it is told something, on a CPU of its own. */
import { expect, test } from 'vitest';
import { scheduledThread } from './scheduled-thread.ts';
import { COMPUTE, START, Thread, told, type ToyContext, toyMachine } from './toy-thread.fixture.ts';

const ONE = { cpu: 1, scheduled: false };
const BOTH = { cpus: [4, 7], scheduled: false };
const drawn = (index: number) => ['task.cpuDrawn', { index }] as const;

test('a thread runs as soon as it is told something, and tells no CPU', () => {
  const thread = new Thread(ONE);
  expect(thread.atStart).toEqual(['arm patience', 'arm start']);
  expect(thread.where).toBe('sleeping');
  expect(thread.get(START)).toEqual(['cancel start', 'arm compute']);
  expect(thread.where).toBe('computing');
  expect(thread.get(COMPUTE)).toEqual(['cancel compute', 'oracle <- oracle.ask']);
  expect(thread.get('toy.wait')).toEqual(['arm patience']);
  expect([thread.where, thread.state.status]).toEqual(['blocked', 'asleep']);
  expect(thread.get('toy.answer')).toEqual(['cancel patience', 'arm compute']);
  expect([thread.where, thread.state.status]).toEqual(['computing', 'running']);
});

test('of several CPUs the one it wakes up on is chosen first; then it is told of that, and then what woke it', () => {
  const thread = new Thread(BOTH);
  expect(thread.get(START)).toEqual(['choose task.cpuDrawn of 2']);
  expect(thread.where).toBe('sleeping offCpu');
  expect(thread.step(...drawn(1)).moves?.map(({ message }) => message)).toEqual([
    { type: 'task.migrated', cpu: 7 },
    START.message,
  ]);
  expect([thread.where, thread.state.cpu]).toEqual(['computing', 7]);
  expect((thread.state.inner.context as ToyContext).cpu).toBe(7);
});

test('if it stays where it was, there is nothing to tell', () => {
  const thread = new Thread(BOTH);
  thread.get(START);
  const step = thread.step(...drawn(0));
  expect(step.effects.map(told)).toEqual(['cancel start', 'arm compute']);
  expect(step.moves?.map(({ message }) => message)).toEqual([START.message]);
  expect((thread.state.inner.context as ToyContext).cpu).toBe(4);
});

test('what comes while it is chosen waits, in its order; on its CPU a thread waits for nothing', () => {
  const thread = new Thread(BOTH);
  thread.get(START);
  thread.get('toy.note');
  expect(thread.noted).toBe(1);
  thread.get(...drawn(1));
  expect(thread.get(COMPUTE)).toEqual(['cancel compute', 'oracle <- oracle.ask']);
  expect(thread.get('toy.wait')).toEqual(['arm patience']);
  expect(thread.get('toy.poke')).toEqual(['choose task.cpuDrawn of 2']);
  expect(thread.get('toy.poke')).toEqual([]);
  expect(thread.step(...drawn(1)).moves?.map(({ message }) => message.type)).toEqual(['toy.poke', 'toy.poke']);
  expect([thread.where, thread.state.status, thread.state.inbox]).toEqual(['computing', 'running', []]);
});

test('woken for nothing, it sleeps on', () => {
  const thread = new Thread(BOTH);
  thread.course(START);
  thread.get(...drawn(0));
  thread.course(COMPUTE, 'toy.wait', 'toy.poke');
  thread.get(...drawn(1));
  expect([thread.where, thread.state.status, thread.state.cpu]).toEqual(['sleeping', 'asleep', 7]);
});

test('a call that wakes it acts at once, and then the CPU is chosen', () => {
  const passive = scheduledThread('toy', toyMachine, {
    receiver: ({ message }) => (message.type === 'toy.poke' ? 'call' : 'thread'),
  });
  const { state } = passive.init(BOTH, 'toy/0');
  const step = passive.receive(state, { message: { type: 'toy.poke' }, from: 'oracle', at: 0 });
  expect(step.effects.map(told)).toEqual(['cancel start', 'arm compute', 'choose task.cpuDrawn of 2']);
  const message = { type: 'task.cpuDrawn', index: 1 };
  const there = passive.receive(step.state, { message, from: 'toy/0', at: 0 });
  expect([there.effects, there.state.status, there.state.cpu]).toEqual([[], 'running', 7]);
});

test('a draw that nobody waits for is of no use', () => {
  const thread = new Thread(BOTH);
  expect(thread.get(...drawn(1))).toEqual([]);
  expect(thread.state.cpu).toBe(4);
});
