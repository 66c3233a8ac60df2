/**
 * Cycles that a later dump of the same log disproves: nobody in a deadlock ever gets on, so where one of its tasks did,
 * there was none, and one of the edges that fitted was not so.
 */
import type { Diagnosis } from './diagnosis.ts';
import { isBlocked } from './task-wait.ts';

/** Returns the dumps, in their order, without such cycles: what is left of a deadlock without any is a stall. */
export function withoutPassedCycles(dumps: readonly Diagnosis[]): Diagnosis[] {
  return dumps.map((found, i) => {
    const { graph, cycles } = found;
    const later = dumps.slice(i + 1).filter((dump) => dump.graph.dump.boot === graph.dump.boot);
    const moved = cycles.map(({ pids }) => firstMoved(pids, found, later));
    if (moved.every((each) => each === undefined)) return found;
    const left = cycles.filter((_cycle, at) => moved[at] === undefined);
    const [passed] = moved.flatMap((each) => each ?? []);
    if (left.length > 0) return { ...found, cycles: left };
    return { ...found, verdict: 'stall', cycles: [], behind: [], passed };
  });
}

function firstMoved(pids: readonly number[], found: Diagnosis, later: readonly Diagnosis[]): Diagnosis['passed'] {
  for (const dump of later)
    for (const pid of pids) if (hasMoved(pid, found, dump)) return { pids, pid, line: lineOf(pid, dump) };
  return undefined;
}

/** A stack that cannot be read says nothing; not to be among all that are blocked does. */
function hasMoved(pid: number, { graph }: Diagnosis, { graph: after }: Diagnosis): boolean {
  const [before, now] = [graph.tasks.get(pid), after.tasks.get(pid)];
  if (before === undefined) return false;
  if (now === undefined) return after.dump.complete && after.blocked.length > 0;
  if (now.task.comm !== before.task.comm) return true;
  if (!isBlocked(now)) return now.task.state !== '?';
  return now.wait !== undefined && now.wait.resource !== before.wait?.resource;
}

const lineOf = (pid: number, { graph }: Diagnosis) => graph.tasks.get(pid)?.task.line ?? graph.dump.line;
