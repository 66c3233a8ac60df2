/** How long threads of a simulation waited: in a system call, or asleep on one thing. */
import type { Simulation } from './simulate.ts';

/** Returns the length of each system call of that name, the unfinished ones with their age. */
export function callLengths({ hits, result }: Simulation, call: string): number[] {
  const since = new Map<string, number>();
  const lengths: number[] = [];
  for (const { at, agent, event, fields } of hits) {
    if (fields['call'] !== call) continue;
    if (event === 'syscall_begin') since.set(agent, at);
    else lengths.push(at - (since.get(agent) ?? at));
    if (event === 'syscall_end') since.delete(agent);
  }
  return [...lengths, ...[...since.values()].map((at) => result.endedAt - at)];
}

/** Returns how long a thread slept on a resource in all. */
export function sleptOn({ changes, result }: Simulation, thread: string, resource: string): number {
  let sum = 0;
  let from: number | undefined;
  for (const { at, agent, facts } of changes) {
    if (agent !== thread) continue;
    if (from !== undefined) sum += at - from;
    from = facts.task?.waitsFor?.resource === resource ? at : undefined;
  }
  return from === undefined ? sum : sum + result.endedAt - from;
}
