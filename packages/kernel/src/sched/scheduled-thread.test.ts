/**
 * A thread and its CPU: what reaches it when, what it tells the scheduler, and that nothing of it is lost in a
 * snapshot.
 */
import type { AgentDefinition, Effect } from '@dragon/engine';
import { describe, expect, test } from 'vitest';
import type { ChartState } from '@dragon/statechart';
import { scheduledThread } from './scheduled-thread.ts';
import {
  COMPUTE,
  computing,
  NOTES_PATIENCE,
  PATIENCE,
  START,
  Thread,
  told,
  type ToyContext,
  toyMachine,
  toyThread,
} from './toy-thread.fixture.ts';

describe('to sleep and back', () => {
  test('a thread that starts asleep has no CPU, and asks for none', () => {
    const thread = new Thread();
    expect(thread.atStart).toEqual(['off', 'arm patience', 'arm start']);
    expect(thread.where).toBe('sleeping');
  });

  test('a timer wakes it, and is delivered when it has the CPU: not before', () => {
    const thread = new Thread();
    expect(thread.get(START)).toEqual(['cpu/1 <- cpu.wake']);
    expect(thread.where).toBe('sleeping offCpu');
    expect(thread.get('task.dispatched', { cpu: 1 })).toEqual(['on', 'cancel start', 'arm compute']);
    expect(thread.where).toBe('computing');
  });

  test('it gives the CPU up when it falls asleep, once', () => {
    const thread = computing();
    expect(thread.get(COMPUTE)).toEqual(['cancel compute', 'oracle <- oracle.ask']);
    expect(thread.get('toy.wait')).toEqual(['arm patience', 'off', 'cpu/1 <- cpu.sleep']);
    expect(thread.get('toy.answer')).toEqual(['cpu/1 <- cpu.wake']);
    expect(thread.get('task.dispatched', { cpu: 1 })).toEqual(['on', 'cancel patience', 'arm compute']);
  });

  test('what comes while it waits for the CPU waits too, and is delivered in its order', () => {
    const thread = computing();
    thread.course(COMPUTE, 'toy.wait');
    expect(thread.get('toy.poke')).toEqual(['cpu/1 <- cpu.wake']);
    // The first ends the wait and has it sleep by itself; the second wakes it.
    expect(thread.get('toy.note')).toEqual([]);
    expect(thread.get('toy.poke')).toEqual([]);
    expect(thread.get('task.dispatched', { cpu: 1 })).toEqual([
      'on',
      'cancel patience',
      'arm start',
      'cancel start',
      'arm compute',
    ]);
    expect(thread.where).toBe('computing');
  });

  test('woken for nothing, it goes back to sleep', () => {
    const thread = computing();
    thread.course(COMPUTE, 'toy.wait', 'toy.poke');
    expect(thread.get('task.dispatched', { cpu: 1 }).slice(-2)).toEqual(['off', 'cpu/1 <- cpu.sleep']);
    expect(thread.where).toBe('sleeping');
  });

  test('what nobody answers is a bug on the CPU, not off it', () => {
    const thread = new Thread();
    expect(() => thread.course('toy.answer', 'task.dispatched')).toThrow('toy has no answer to toy.answer');
  });
});

describe('a wall timer that fired while the thread was off the CPU', () => {
  test('is delivered with the CPU', () => {
    const thread = computing();
    thread.course(COMPUTE, 'toy.wait');
    expect(thread.get(PATIENCE)).toEqual(['cpu/1 <- cpu.wake']);
    expect(thread.get('task.dispatched', { cpu: 1 })).toEqual(['on', 'cancel patience', 'oracle <- oracle.ask']);
  });

  test('is not, if what came before it cancels it', () => {
    const thread = computing();
    thread.course(COMPUTE, 'toy.wait', 'toy.answer', PATIENCE);
    expect(thread.get('task.dispatched', { cpu: 1 })).toEqual(['on', 'cancel patience', 'arm compute']);
    expect(thread.state.inbox).toEqual([]);
  });

  test('is, if it came first, and then the answer is too late', () => {
    const thread = computing();
    thread.course(COMPUTE, 'toy.wait', PATIENCE, 'toy.answer');
    expect(thread.get('task.dispatched', { cpu: 1 })).toEqual([
      'on',
      'cancel patience',
      'oracle <- oracle.ask',
      'arm compute',
    ]);
    expect(thread.where).toBe('computing');
  });

  test('of a wait before is not taken for that of the next', () => {
    const thread = computing();
    thread.course(COMPUTE, 'toy.wait', 'toy.answer', PATIENCE, 'task.dispatched', COMPUTE, 'toy.wait');
    expect(thread.state.timers.map(({ timer }) => timer)).toContain(PATIENCE.timer);
    expect(thread.get(PATIENCE)).toEqual(['cpu/1 <- cpu.wake']);
    expect(thread.course('task.dispatched')).toContain('oracle <- oracle.ask');
  });
});

describe('preemption', () => {
  test('takes the CPU at once from a thread that computes, and its state stays', () => {
    const thread = computing();
    expect(thread.get('task.preempted')).toEqual(['off']);
    expect(thread.where).toBe('computing offCpu');
    expect(thread.get('task.dispatched', { cpu: 1 })).toEqual(['on']);
    expect(thread.where).toBe('computing');
  });

  test('waits while a thread is between a request and its answer', () => {
    const thread = computing();
    thread.get(COMPUTE);
    expect(thread.get('task.preempted')).toEqual([]);
    expect(thread.where).toBe('asking');
    expect(thread.get('toy.answer')).toEqual(['arm compute', 'off']);
    expect(thread.where).toBe('computing offCpu');
  });

  test('is forgotten if the thread falls asleep first', () => {
    const thread = computing();
    thread.course(COMPUTE, 'task.preempted');
    expect(thread.get('toy.wait')).toEqual(['arm patience', 'off', 'cpu/1 <- cpu.sleep']);
    thread.get('toy.answer');
    expect(thread.course('task.dispatched')).toContain('on');
    expect(thread.get('task.preempted')).toEqual(['off']);
  });

  test('is forgotten if the CPU comes back first', () => {
    const thread = computing();
    thread.course(COMPUTE, 'task.preempted');
    expect(thread.get('task.dispatched', { cpu: 1 })).toEqual(['on']);
    expect(thread.get('toy.answer')).toEqual(['arm compute']);
    expect(thread.where).toBe('computing');
  });

  test('of a thread that has no CPU any more says nothing', () => {
    const thread = computing();
    thread.course(COMPUTE, 'toy.wait');
    expect(thread.get('task.preempted')).toEqual([]);
    thread.get('toy.answer');
    expect(thread.get('task.preempted')).toEqual([]);
    expect(thread.course('task.dispatched')).toContain('on');
  });

  test('messages to a thread that was preempted wait until it goes on', () => {
    const thread = computing();
    thread.get('task.preempted');
    expect(thread.get('toy.poke')).toEqual([]);
    expect(() => thread.course('task.dispatched')).toThrow('toy has no answer to toy.poke');
  });
});

describe('the word of a CPU that was on its way while the thread slept and woke up again is about the wake-up before', () => {
  /** Preempted between a request and its answer, it fell asleep, and woke up at once. */
  const wokenAgain = (): Thread => {
    const thread = computing();
    thread.course(COMPUTE, 'task.preempted', 'toy.wait', 'toy.answer');
    expect(thread.state).toMatchObject({ status: 'waking', turn: 2 });
    return thread;
  };

  test('a dispatch does not give it the CPU: that has somebody else by now', () => {
    const thread = wokenAgain();
    expect(thread.get('task.dispatched', { turn: 1 })).toEqual([]);
    expect(thread.where).toBe('blocked offCpu');
    expect(thread.get('task.dispatched', { turn: 2 })).toEqual(['on', 'cancel patience', 'arm compute']);
  });

  test('a preemption does not take it: nobody would give it back', () => {
    const thread = wokenAgain();
    thread.get('task.dispatched');
    expect(thread.get('task.preempted', { turn: 1 })).toEqual([]);
    expect(thread.get('task.preempted', { cpu: 2 })).toEqual([]);
    expect(thread.where).toBe('computing');
    expect(thread.get('task.preempted', { turn: 2 })).toEqual(['off']);
  });
});

describe('what needs no CPU', () => {
  test("khungtaskd's look", () => {
    const thread = new Thread();
    const asleep = toyThread.receive(thread.state, { message: { type: 'task.show' }, from: 'watchdog', at: 0 });
    expect(asleep.effects.map(told)).toEqual(['watchdog <- watchdog.taskShown']);
    expect(asleep.state.status).toBe('asleep');
    const waiting = computing();
    waiting.get('task.preempted');
    const preempted = toyThread.receive(waiting.state, { message: { type: 'task.show' }, from: 'watchdog', at: 0 });
    expect(preempted.effects.map(told)).toEqual(['watchdog <- watchdog.taskShown']);
  });

  test('a part that is no thread: its messages, and its timers', () => {
    const thread = computing();
    thread.get('task.preempted');
    expect(thread.get('toy.note')).toEqual([]);
    expect(thread.noted).toBe(1);
    expect(thread.get(NOTES_PATIENCE)).toEqual(['cancel patience']);
    expect(thread.name).toBe('notes.over thread.computing offCpu');
    expect(thread.state.status).toBe('preempted');
  });

  test('if it wakes the thread, that asks for the CPU', () => {
    const passive = scheduledThread('toy', toyMachine, {
      receiver: ({ message }) => (message.type === 'toy.poke' ? 'call' : 'thread'),
    });
    const { state } = passive.init({ cpu: 1 }, 'toy/0');
    const step = passive.receive(state, { message: { type: 'toy.poke' }, from: 'oracle', at: 0 });
    expect(step.effects.map(told)).toEqual(['cancel start', 'arm compute', 'cpu/1 <- cpu.wake']);
    expect(passive.describe(step.state)).toBe('notes.waiting thread.computing offCpu');
  });
});

describe('several CPUs', () => {
  const BOTH = { cpus: [4, 7] };
  const messages = ({ effects }: { readonly effects: readonly Effect[] }) =>
    effects.flatMap((effect) => (effect.kind === 'send' ? [{ to: effect.to, ...effect.message }] : []));

  test('it asks the first, and says where else it may run and who woke it', () => {
    const thread = new Thread(BOTH);
    expect(messages(thread.step('toy.poke'))).toEqual([
      { to: 'cpu/4', type: 'cpu.wake', turn: 1, allowed: 0x90, by: 'oracle' },
    ]);
    const far = new Thread({ cpus: [16, 4, 31, 40] });
    expect(messages(far.step(START))).toEqual([
      { to: 'cpu/16', type: 'cpu.wake', turn: 1, allowed: 0x8001, by: 'toy/0' },
    ]);
  });

  test('it goes on where it is given a CPU, and is told if that is another one', () => {
    const thread = new Thread(BOTH);
    thread.get(START);
    expect(thread.get('task.dispatched', { cpu: 7 })).toEqual(['on', 'cancel start', 'arm compute']);
    expect((thread.state.inner.context as ToyContext).cpu).toBe(7);
    expect(thread.course(COMPUTE, 'toy.wait')).toContain('cpu/7 <- cpu.sleep');
    expect(thread.get('toy.answer')).toEqual(['cpu/7 <- cpu.wake']);
  });

  test('one that lost its CPU may be given another one', () => {
    const thread = computing(BOTH);
    expect(thread.get('task.preempted')).toEqual(['off']);
    expect(thread.get('task.dispatched', { cpu: 7 })).toEqual(['on']);
    expect((thread.state.inner.context as ToyContext).cpu).toBe(7);
  });

  test('one that fell asleep on its old CPU while it was moved tells the new one', () => {
    const thread = computing(BOTH);
    thread.course(COMPUTE, 'toy.wait');
    expect(thread.get('task.dispatched', { cpu: 4 })).toEqual([]);
    expect(thread.get('task.dispatched', { cpu: 7 })).toEqual(['cpu/7 <- cpu.sleep']);
    thread.get('toy.answer');
    expect(thread.get('task.dispatched', { cpu: 7, turn: 1 })).toEqual(['cpu/7 <- cpu.sleep']);
    expect(thread.get('task.dispatched', { cpu: 7 })).toContain('on');
  });
});

test('facts, tags and kind are those of the thread itself, which is there without its CPU too', () => {
  const thread = computing();
  expect(toyThread.kind).toBe('toy');
  expect(toyThread.facts(thread.state)).toBe(thread.state.inner.context);
  expect(toyThread.hasTag(thread.state, 'sleeping')).toBe(false);
  expect(toyThread.hasTag(new Thread().state, 'sleeping')).toBe(true);
  const bare: AgentDefinition<ChartState> = toyThread.inner;
  const { state, effects } = bare.init({ cpu: 1 }, 'toy/0');
  expect(effects.map(told)).toEqual(['arm patience', 'arm start']);
  expect(bare.receive(state, { ...START, from: 'toy/0', at: 0 }).effects.map(told)).toEqual([
    'cancel start',
    'arm compute',
  ]);
});
