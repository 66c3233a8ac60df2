/** The roots of a stall: of the tasks that wait without a deadlock, those that everybody else waits for. */
import type { VirtualTime } from '@dragon/engine';
import { isHung } from './stall-finder.ts';
import type { BlockedTask, WaitForGraph } from './wait-for-graph.ts';

/**
 * Follows every hung task to those it waits for, until one waits for nobody who waits. If they wait in a circle that a
 * signal or a timeout can break, there is no such task, and the hung tasks stand for themselves. None where a deadlock
 * that lasts explains it all.
 */
export function stallRoots(
  graph: Pick<WaitForGraph, 'deadlock' | 'undone' | 'blocked'>,
  at: VirtualTime,
): BlockedTask[] {
  if (graph.deadlock !== undefined && graph.undone === undefined) return [];
  const blocked = graph.blocked();
  const byAgent = new Map(blocked.map((task) => [task.agent, task]));
  const roots = new Set<BlockedTask>();
  const seen = new Set<BlockedTask>();
  const pending = blocked.filter((task) => isHung(task, at));
  for (let task = pending.pop(); task !== undefined; task = pending.pop()) {
    if (seen.has(task)) continue;
    seen.add(task);
    const onward = task.blockedOn.flatMap((agent) => byAgent.get(agent) ?? []);
    if (onward.length === 0) roots.add(task);
    pending.push(...onward);
  }
  return blocked.filter((task) => (roots.size > 0 ? roots.has(task) : isHung(task, at)));
}
