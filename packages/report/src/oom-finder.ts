/** The finder of OOM kills: whom the OOM killer of a run killed, and when. */
import type { Finder, Finding, Json, TraceHit, VirtualTime } from '@dragon/engine';
import type { TracepointFields, TracepointName } from '@dragon/kernel';

const KILL = 'mark_victim' satisfies TracepointName;

export interface OomKill {
  readonly atNs: VirtualTime;
  readonly pid: number;
  readonly comm: string;
}

/** A kill ends no run: what comes of it is what people want to see. */
export class OomFinder implements Finder {
  readonly ends = false;
  readonly tracepoints = [KILL];
  #kills: TracepointFields[typeof KILL][] = [];

  hit({ fields }: TraceHit): void {
    this.#kills.push(fields as TracepointFields[typeof KILL]);
  }

  check(at: VirtualTime): readonly Finding[] {
    if (this.#kills.length === 0) return [];
    const kills = this.#kills;
    this.#kills = [];
    return kills.map((evidence) => ({ kind: 'oom', at, evidence: evidence as Json }));
  }
}

/** Returns the kills among the findings of a run, in the order in which they happened. */
export function oomKills(findings: readonly Finding[]): OomKill[] {
  return findings.flatMap(({ kind, at, evidence }) => {
    if (kind !== 'oom') return [];
    const { pid, comm } = evidence as TracepointFields[typeof KILL];
    return [{ atNs: at, pid, comm }];
  });
}
