/** A thread whose CPU is stalled: its work stands still, and what comes for it waits. */
import { describe, expect, test } from 'vitest';
import { COMPUTE, computing } from './toy-thread.fixture.ts';

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
