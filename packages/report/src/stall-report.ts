/**
 * The report of tasks that hang without a deadlock: on something outside the model, or on something nobody will give.
 */
import { formatSeconds, type VirtualTime } from '@dragon/engine';
import type { ReportInput } from './deadlock-report.ts';
import { hungTaskLines } from '@dragon/kernel';
import { isHung } from './stall-finder.ts';
import { ResourceNames } from './resource-names.ts';
import { TaskNames } from './task-names.ts';
import { terminalStyle } from './terminal-style.ts';
import { textTable } from './text-table.ts';
import type { BlockedTask } from './wait-for-graph.ts';

/**
 * Returns a block for each task at the root of a stall, lines ended by newlines: one that waits for nobody who waits,
 * and that is hung at the end of the run or has a hung task behind it. The empty string if no task is hung, or if a
 * deadlock explains it.
 */
export function stallReport({ graph, plan, result, release, colour, width }: ReportInput): string {
  if (graph.deadlock !== undefined) return '';
  const [names, resources] = [new TaskNames(plan), new ResourceNames(plan)];
  const style = terminalStyle(colour);
  const blocks = stallRoots(graph.blocked(), result.endedAt).map((task) => {
    const { agent, waitingSince, waitsFor, behind } = task;
    const thread = { ...names.task(agent), wait: waitsFor };
    const [info = '', ...lines] = hungTaskLines(thread, result.endedAt - waitingSince, release);
    return [
      style.alarm(info),
      ...lines,
      ...textTable(
        [
          ...task.holds.map((hold) => [resources.hold(hold), `since ${formatSeconds(hold.since)} s`]),
          [`waits for ${reason(task, names, resources)}`, `since ${formatSeconds(waitingSince)} s`],
        ],
        { width },
      ),
      `${behindWords(behind)} behind it`,
    ];
  });
  return blocks.map((lines) => `${lines.join('\n')}\n`).join('\n');
}

function behindWords(count: number): string {
  if (count === 0) return 'no other task waits';
  return count === 1 ? '1 more task waits' : `${count} more tasks wait`;
}

function reason({ waitsFor, blockedOn }: BlockedTask, names: TaskNames, resources: ResourceNames): string {
  const { resource } = waitsFor;
  if (resources.isOutside(resource)) return `something outside the model: ${resources.noun(resource)}`;
  const [holder] = blockedOn;
  if (holder === undefined) return `${resources.wait(waitsFor)}, which nobody holds: a message is lost or on its way`;
  return `${resources.wait(waitsFor)}, ${resources.holder(resource, names.name(holder))}`;
}

/**
 * Follows every hung task to those it waits for, until one waits for nobody who waits. If they wait in a circle that a
 * signal or a timeout can break, there is no such task, and the hung tasks stand for themselves.
 */
function stallRoots(blocked: readonly BlockedTask[], at: VirtualTime): BlockedTask[] {
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
