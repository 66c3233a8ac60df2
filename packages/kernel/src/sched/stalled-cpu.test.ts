/** A thread whose CPU is stalled or interrupted: its work stands still, and what comes for it waits. */
import { describe, expect, test } from 'vitest';
import { COMPUTE, computing, type Thread } from './toy-thread.fixture.ts';

describe('a CPU that is stalled', () => {
  test('the work of the thread on it stands still', () => {
    const thread = computing();
    expect(thread.get('task.cpuStalled')).toEqual(['off']);
    expect(thread.where).toBe('computing offCpu');
    expect(thread.get('task.cpuResumed')).toEqual(['on']);
    expect(thread.where).toBe('computing');
  });

  test('a thread that waits for an answer gets it when the CPU goes on', () => {
    const thread = computing();
    thread.get(COMPUTE);
    expect(thread.get('task.cpuStalled')).toEqual(['off']);
    expect(thread.get('toy.answer')).toEqual([]);
    expect(thread.get('task.cpuResumed')).toEqual(['on', 'arm compute']);
  });

  test('a thread that slept or was woken anew meanwhile is not meant', () => {
    const thread = computing();
    thread.course(COMPUTE, 'toy.wait');
    expect(thread.get('task.cpuStalled')).toEqual([]);
    expect(thread.get('task.cpuResumed')).toEqual([]);
    expect(thread.where).not.toMatch(/offCpu$/);
  });
});

describe('what RCU frees in an interrupt is to the credit of', () => {
  const reclaiming = (): Thread => computing({ cpu: 1, reclaims: true });
  const freed = { pages: 4 };

  test('the thread that it interrupted, wherever that is', () => {
    const thread = reclaiming();
    thread.course('task.cpuStalled');
    expect(thread.get('task.rcuFreed', freed)).toEqual([]);
    expect(thread.noted).toBe(4);
    thread.course('task.cpuResumed', COMPUTE);
    thread.get('task.rcuFreed', freed);
    expect(thread.noted).toBe(8);
    // It has lost the CPU, and goes on to where it computes.
    thread.course('task.preempted');
    thread.get('task.rcuFreed', freed);
    expect([thread.noted, thread.state.status]).toEqual([12, 'yielding']);
  });

  test('nobody who is not in reclaim: current->reclaim_state is not set', () => {
    const thread = computing();
    expect(thread.get('task.rcuFreed', freed)).toEqual([]);
    expect(thread.noted).toBe(0);
  });

  test('nobody who has left the CPU, nor whom another one has', () => {
    const thread = reclaiming();
    thread.get('task.rcuFreed', { ...freed, cpu: 2 });
    thread.get('task.rcuFreed', { ...freed, turn: 0 });
    thread.course(COMPUTE, 'toy.wait');
    thread.get('task.rcuFreed', freed);
    thread.course('toy.answer');
    thread.get('task.rcuFreed', freed);
    expect(thread.noted).toBe(0);
  });
});
