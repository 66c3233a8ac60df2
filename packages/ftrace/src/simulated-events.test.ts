/** Hits of a simulated run as the kernel would have printed them. */
import type { Plan, TraceHit } from '@dragon/engine';
import { expect, test } from 'vitest';
import type { KernelEvent } from './kernel-event.ts';
import { SimulatedTrace } from './simulated-events.ts';

const PLAN = {
  agents: [
    { id: 'kswapd/0', kind: 'kswapd', params: null, task: { comm: 'kswapd0', pid: 90 } },
    { id: 'hog/0', kind: 'hog', params: null, task: { comm: 'hog', pid: 412 } },
    { id: 'memory/0', kind: 'memory', params: null },
  ],
} as unknown as Plan;

function eventsOf(...hits: readonly Partial<TraceHit>[]): KernelEvent[] {
  const events: KernelEvent[] = [];
  const trace = new SimulatedTrace(PLAN, [{ event: (event) => void events.push(event), gap: () => undefined }]);
  for (const hit of hits) trace.hit({ at: 5, agent: 'kswapd/0', event: 'e', fields: {}, ...hit });
  return events;
}

test('the agent that hits it is the task, unless the hit names another; what is no thread is the idle task', () => {
  const who = eventsOf(
    {},
    { agent: 'memory/0', fields: { task: 'hog/0', cpu: 3, nid: 0 } },
    { agent: 'memory/0', fields: { nid: 0 } },
  ).map(({ comm, pid, cpu, fields }) => ({ comm, pid, cpu, fields }));
  expect(who).toEqual([
    { comm: 'kswapd0', pid: 90, cpu: 0, fields: {} },
    { comm: 'hog', pid: 412, cpu: 3, fields: { nid: 0 } },
    { comm: '<idle>', pid: 0, cpu: 0, fields: { nid: 0 } },
  ]);
});

test('a hit for several inodes is an event each, and the events are numbered', () => {
  const events = eventsOf(
    { event: 'xfs_inode_set_reclaimable', fields: { ino: 128, count: 3, cpu: 1 } },
    { event: 'xfs_inode_inactivating', fields: { ino: 7 } },
  );
  expect(events.map(({ line, event, fields }) => [line, event, fields])).toEqual([
    [1, 'xfs_inode_set_reclaimable', { ino: 128 }],
    [2, 'xfs_inode_set_reclaimable', { ino: 129 }],
    [3, 'xfs_inode_set_reclaimable', { ino: 130 }],
    [4, 'xfs_inode_inactivating', { ino: 7 }],
  ]);
});

test('what is true is 1, a victim has its name, and a scan the shrinker it is of', () => {
  const events = eventsOf(
    { event: 'reclaim_retry_zone', fields: { wmarkCheck: true, minWmark: 9 } },
    { event: 'mark_victim', fields: { task: 'hog/0', pages: 4 } },
    { event: 'mm_shrink_slab_start', fields: { shrink: 'super_cache_scan', priority: 12 } },
  );
  expect(events.map(({ fields }) => fields)).toEqual([
    { wmarkCheck: 1, minWmark: 9 },
    { pages: 4, comm: 'hog', pid: 412 },
    { shrink: 'super_cache_scan', priority: 12, shr: 'super_cache_scan' },
  ]);
});
