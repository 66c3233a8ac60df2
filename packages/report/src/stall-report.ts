/**
 * The report of tasks that hang without a deadlock: on something outside the model, or on something nobody will give.
 */
import { formatSeconds, SECOND, type VirtualTime } from '@dragon/engine';
import type { ReportInput } from './deadlock-report.ts';
import { wrap } from './folding.ts';
import { isHung } from './stall-finder.ts';
import { ResourceNames } from './resource-names.ts';
import { taskLines } from './task-lines.ts';
import { TaskNames } from './task-names.ts';
import { terminalStyle } from './terminal-style.ts';
import type { BlockedTask, WaitForGraph } from './wait-for-graph.ts';

/**
 * Returns a block for each task at the root of a stall, lines ended by newlines: one that waits for nobody who waits,
 * and that is hung at the end of the run or has a hung task behind it. The empty string if no task is hung, or if a
 * deadlock explains it.
 */
export function stallReport({ graph, plan, result, release, colour, width }: ReportInput): string {
  const [names, resources] = [new TaskNames(plan), new ResourceNames(plan)];
  const style = terminalStyle(colour);
  const blocks = stallRoots(graph, result.endedAt).map((task) => {
    const sentence = wrap(`STALL: ${stallSentence(task, result.endedAt, names, resources)}`, width);
    return [
      ...sentence.map(style.alarm),
      '',
      ...taskLines(task, stallReason(task, names, resources), names, resources, { release, width }),
    ];
  });
  return blocks.map((lines) => `${lines.join('\n')}\n`).join('\n');
}

/** Returns the finding in a sentence: who waits, for how long at the end of the run, for what, and who waits behind. */
export function stallSentence(
  task: BlockedTask,
  endedAt: VirtualTime,
  names: TaskNames,
  resources: ResourceNames,
): string {
  const seconds = Math.floor((endedAt - task.waitingSince) / SECOND);
  const { behind } = task;
  const others = behind === 0 ? 'nobody waits' : behind === 1 ? '1 other task waits' : `${behind} other tasks wait`;
  return `${names.name(task.agent)} waits for ${stallReason(task, names, resources)}, for ${seconds} s when the run ends at ${formatSeconds(endedAt)} s; ${others} behind it, and there is no cycle.`;
}

function stallReason({ waitsFor, blockedOn }: BlockedTask, names: TaskNames, resources: ResourceNames): string {
  const { resource } = waitsFor;
  if (resources.isOutside(resource)) return `${resources.noun(resource)}, which is outside the model`;
  const [holder] = blockedOn;
  if (holder === undefined) return `${resources.wait(waitsFor)}, which nobody holds: a message is lost or on its way`;
  return `${resources.wait(waitsFor)}, ${resources.holder(resource, names.name(holder))}`;
}

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
