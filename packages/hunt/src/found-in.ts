/** What a run found, in a line by which findings that differ only in who it was are one. */
import { type Finding, isPlainObject, type RunResult, type VirtualTime } from '@dragon/engine';
import { type Deadlock, oomKills, outcomeOf } from '@dragon/report';
import type { Roles } from './roles.ts';

export interface RunFinding {
  /** Equal for runs that found the same. */
  readonly line: string;
  readonly at: VirtualTime;
}

/** Returns the finding that decided how the run ended; null if it completed. */
export function foundIn(
  { findings, endedAt }: Pick<RunResult, 'findings' | 'endedAt'>,
  deadlock: Deadlock | undefined,
  roles: Roles,
): RunFinding | null {
  const first = (kind: Finding['kind']): Finding | undefined => findings.find((each) => each.kind === kind);
  switch (outcomeOf({ findings })) {
    case 'completed':
      return null;
    case 'deadlock':
      return deadlock === undefined
        ? { line: 'a deadlock, not of the wait-for graph', at: first('deadlock')?.at ?? endedAt }
        : { line: roles.cycle(deadlock), at: deadlock.at };
    case 'oom': {
      const [kill] = oomKills(findings);
      return { line: `OOM kill, ${kill?.comm ?? 'nobody'} first`, at: kill?.atNs ?? endedAt };
    }
    case 'stalled':
      return { line: 'tasks blocked for too long, without a cycle', at: first('stall')?.at ?? endedAt };
    case 'violated': {
      const broken = first('property');
      const { agent, message } = isPlainObject(broken?.evidence) ? broken.evidence : {};
      const line =
        typeof agent === 'string' && typeof message === 'string'
          ? `${roles.agent(agent)} had no answer to ${message}`
          : 'a property that was broken';
      return { line, at: broken?.at ?? endedAt };
    }
  }
}
