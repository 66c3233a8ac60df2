/** The longest waits of a run: which count, how long they are, and how a report tells them. */
import { type Facts, SECOND, type TraceHit, type VirtualTime } from '@dragon/engine';
import { expect, test } from 'vitest';
import { LongestWaits } from './longest-waits.ts';
import { longestWaitsText } from './longest-waits-text.ts';
import { reportNames } from './report-names.ts';

const s = (seconds: number): VirtualTime => seconds * SECOND;
const hit = (at: number, event: string, task = 'hog/1', fields: TraceHit['fields'] = {}): TraceHit => ({
  at: s(at),
  agent: 'memory/0',
  event,
  fields: { task, ...fields },
});
const waiting = (resource: string | null): Facts => ({
  task: {
    waitsFor: resource === null ? null : { resource, mode: 'uninterruptible', lock: '', stack: [] },
    holds: [],
  },
});

/** An allocation of 20 s, 15 s of it in two waits, with one for another task. */
function stalledHog(): LongestWaits {
  const waits = new LongestWaits();
  waits.hit(hit(1, 'alloc_stall_begin'));
  waits.facts({ at: s(2), agent: 'hog/1', facts: waiting('AGI 0') });
  waits.facts({ at: s(7), agent: 'hog/1', facts: waiting('AGI 1') });
  waits.facts({ at: s(9), agent: 'hog/1', facts: waiting('AGI 1') });
  waits.hit(hit(11, 'prune_icache_begin', 'kswapd/0'));
  return waits;
}

function ended(waits: LongestWaits): LongestWaits {
  waits.facts({ at: s(17), agent: 'hog/1', facts: waiting(null) });
  waits.hit(hit(21, 'alloc_stall_end'));
  return waits;
}

test('of each task and kind the longest wait counts, and one that the end of the run cuts off with its age', () => {
  const waits = ended(stalledHog());
  waits.hit(hit(22, 'alloc_stall_begin'));
  waits.hit(hit(25, 'alloc_stall_end'));
  expect(waits.until(s(30))).toEqual([
    { agent: 'hog/1', subject: { kind: 'memory' }, since: s(1), duration: s(20), over: true },
    { agent: 'kswapd/0', subject: { kind: 'prune_icache_sb' }, since: s(11), duration: s(19), over: false },
    {
      agent: 'hog/1',
      subject: { kind: 'resource', resource: 'AGI 1', lock: '' },
      since: s(7),
      duration: s(10),
      over: true,
    },
  ]);
});

test('waits of less than a second are nobody’s business, nor is an end without a beginning', () => {
  const waits = new LongestWaits();
  waits.hit(hit(1, 'syscall_end', 'rm/1', { call: 'statfs' }));
  waits.hit(hit(1, 'syscall_begin', 'rm/1', { call: 'statfs' }));
  waits.hit(hit(1.999_999_999, 'syscall_end', 'rm/1', { call: 'statfs' }));
  expect(waits.until(s(9))).toEqual([]);
  waits.hit(hit(2, 'syscall_begin', 'rm/1', { call: 'umount' }));
  expect(waits.until(s(2.5))).toEqual([]);
  expect(waits.until(s(3)).map(({ subject }) => subject)).toEqual([{ kind: 'syscall', call: 'umount' }]);
});

test('saved in the middle and restored they come to the same', () => {
  const restored = new LongestWaits();
  restored.restore(JSON.parse(JSON.stringify(stalledHog().save())));
  expect(ended(restored).until(s(30))).toEqual(ended(stalledHog()).until(s(30)));
});

test('a report has a line for each task, with the part of it that was one wait, but none where all still wait', () => {
  const names = reportNames({ agents: [], resources: [] });
  const text = (kinds: ('deadlock' | 'oom')[]) =>
    longestWaitsText(
      ended(stalledHog()),
      { endedAt: s(30), findings: kinds.map((kind) => ({ kind, at: 0, evidence: null })) },
      names,
      80,
    );
  expect(text(['oom'])).toBe(
    `Waits of 1 s or more, the longest of each task:
  hog/1     20.00 s  from 1.000000000 s    for memory, 10.00 s of it for AGI 1
  kswapd/0  19.00 s  since 11.000000000 s  in prune_icache_sb
`,
  );
  expect(text(['deadlock', 'oom'])).toBe('');
});
