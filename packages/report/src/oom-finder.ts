/** The finder of OOM kills: whom the OOM killer of a run killed, when, and where the inodes were then. */
import type { Finder, Finding, Json, TraceHit, VirtualTime } from '@dragon/engine';
import type { InodeCensus, TracepointFields, TracepointName } from '@dragon/kernel';

const KILL = 'mark_victim' satisfies TracepointName;
/** The inode cache answers the news of a kill with it. */
const CENSUS = 'inode_census' satisfies TracepointName;

export interface OomKill {
  readonly atNs: VirtualTime;
  readonly pid: number;
  readonly comm: string;
}

/** A kill ends no run: what comes of it is what people want to see. */
export class OomFinder implements Finder {
  readonly ends = false;
  readonly tracepoints = [KILL, CENSUS];
  readonly #censuses = new Map<VirtualTime, InodeCensus>();
  #kills: TracepointFields[typeof KILL][] = [];
  #lastKillAt: VirtualTime | undefined;

  hit({ at, event, fields }: TraceHit): void {
    if (event === KILL) {
      this.#kills.push(fields as TracepointFields[typeof KILL]);
      this.#lastKillAt = at;
    } else if (this.#lastKillAt !== undefined) this.#censuses.set(this.#lastKillAt, fields as InodeCensus);
  }

  check(at: VirtualTime): readonly Finding[] {
    if (this.#kills.length === 0) return [];
    const kills = this.#kills;
    this.#kills = [];
    return kills.map((evidence) => ({ kind: 'oom', at, evidence: evidence as Json }));
  }

  save(): Json {
    return { censuses: [...this.#censuses], lastKillAt: this.#lastKillAt ?? null };
  }

  restore(saved: Json): void {
    const { censuses, lastKillAt } = saved as unknown as {
      readonly censuses: readonly [VirtualTime, InodeCensus][];
      readonly lastKillAt: VirtualTime | null;
    };
    for (const [at, census] of censuses) this.#censuses.set(at, census);
    this.#lastKillAt = lastKillAt ?? undefined;
  }

  /** Returns where the inodes were when the kill of that instant was told; undefined if nobody has said it. */
  census(killedAt: VirtualTime): InodeCensus | undefined {
    return this.#censuses.get(killedAt);
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
