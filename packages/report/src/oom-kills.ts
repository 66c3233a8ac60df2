/**
 * Victims of the OOM killer in a run, as the simulated kernel's log has it: it is the one outlet that every placement
 * of the agents shares.
 */
import type { LogLine, VirtualTime } from '@dragon/engine';

export interface OomKill {
  readonly atNs: VirtualTime;
  readonly pid: number;
  readonly comm: string;
}

/** mm/oom_kill.c __oom_kill_process. */
const KILLED = /^Out of memory: Killed process (\d+) \((.*)\) total-vm/;

/** Returns the kills in the order in which they happened. */
export function oomKills(log: readonly LogLine[]): OomKill[] {
  return log.flatMap(({ at, text }) => {
    const [, pid, comm] = KILLED.exec(text) ?? [];
    return pid === undefined || comm === undefined ? [] : [{ atNs: at, pid: Number(pid), comm }];
  });
}
