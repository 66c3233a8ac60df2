/**
 * Tracks of a Perfetto trace for the agents of a plan: a process for each kind, and in it a thread for each agent, with
 * the kernel's number where the agent is a thread.
 */
import { type AgentId, kindOf, type Plan } from '@dragon/engine';
import type { TracePackets } from './trace-packets.ts';

/** Gives out the numbers of tracks. */
export class TrackNumbers {
  #last = 0;

  next(): number {
    this.#last += 1;
    return this.#last;
  }
}

/** Writes the tracks; returns the number of each agent's. */
export function threadTracks(
  packets: TracePackets,
  numbers: TrackNumbers,
  agents: Plan['agents'],
): ReadonlyMap<AgentId, number> {
  // Kinds are no processes, and locks no threads: their numbers begin where those of the kernel's threads end.
  const free = new Set(agents.flatMap(({ task }) => task?.pid ?? []));
  let last = Math.max(0, ...free);
  const processes = new Map<string, { readonly uuid: number; readonly pid: number }>();
  const processOf = (kind: string) => {
    const known = processes.get(kind);
    if (known !== undefined) return known;
    last += 1;
    const process = { uuid: numbers.next(), pid: last };
    processes.set(kind, process);
    packets.track({ uuid: process.uuid, process: { pid: process.pid, name: kind } });
    return process;
  };
  return new Map(
    agents.map(({ id, task }) => {
      const { uuid: parent, pid } = processOf(kindOf(id));
      const uuid = numbers.next();
      // Each number is given once, also in a plan that gives one twice.
      const isKernels = task !== undefined && free.delete(task.pid);
      if (!isKernels) last += 1;
      const tid = isKernels ? task.pid : last;
      packets.track({ uuid, parent, thread: { pid, tid, name: task?.comm ?? id } });
      return [id, uuid];
    }),
  );
}
