/** Verdict of a run, as a sweep wants it: how it ended, its digest, and what it found in a line that names it. */
import type { RunResult, VirtualTime } from '@dragon/engine';
import { crashLine, cycleLine, oomKills, type Outcome, outcomeOf, type WaitForGraph } from '@dragon/report';

/** All plain data: it travels between threads. */
export interface RunVerdict {
  readonly outcome: Outcome;
  readonly endedAt: VirtualTime;
  readonly events: number;
  readonly digest: string;
  /** Equal for runs that found the same; null for one that completed. */
  readonly finding: RunFinding | null;
}

interface RunFinding {
  /** The cycle of a deadlock, see `cycleLine`; else one line about what went wrong. */
  readonly line: string;
  readonly at: VirtualTime;
}

/** Returns the verdict of a run that is over. */
export function runVerdict(result: RunResult, graph: Pick<WaitForGraph, 'deadlock'>): RunVerdict {
  const { endedAt, events, digest } = result;
  const outcome = outcomeOf(result);
  return { outcome, endedAt, events, digest, finding: findingOf(outcome, result, graph) };
}

function findingOf(
  outcome: Outcome,
  { findings, endedAt }: RunResult,
  { deadlock }: Pick<WaitForGraph, 'deadlock'>,
): RunFinding | null {
  switch (outcome) {
    case 'completed':
      return null;
    case 'deadlock':
      return deadlock === undefined
        ? { line: 'a deadlock, not of the wait-for graph', at: foundAt(findings, 'deadlock') ?? endedAt }
        : { line: cycleLine(deadlock), at: deadlock.at };
    case 'oom': {
      const [kill] = oomKills(findings);
      return { line: `OOM kill, ${kill?.comm ?? 'nobody'} first`, at: kill?.atNs ?? endedAt };
    }
    case 'stalled':
      return { line: 'tasks blocked for too long, without a cycle', at: endedAt };
    case 'violated':
      return {
        line: crashLine(findings) ?? 'a property that was broken',
        at: foundAt(findings, 'property') ?? endedAt,
      };
  }
}

const foundAt = (findings: RunResult['findings'], wanted: string) => findings.find(({ kind }) => kind === wanted)?.at;
