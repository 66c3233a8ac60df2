/** The verdicts of a run's rules by agent: those on what it sent, on what was sent to it, and on its timers. */
import type { AgentId, ToldVerdict, VirtualTime } from '@dragon/engine';
import { instants } from './column.ts';

class AgentVerdicts {
  readonly at = instants(4);
  readonly told: ToldVerdict[] = [];
}

/** The verdicts that concern an agent, in the order of time, and their instants. */
export type VerdictSpan = Pick<AgentVerdicts, 'at'> & { readonly told: readonly ToldVerdict[] };

export class VerdictLog {
  readonly #agents = new Map<AgentId, AgentVerdicts>();

  /** Verdicts must come in the order of time. */
  append(verdicts: readonly ToldVerdict[]): void {
    for (const verdict of verdicts)
      for (const agent of new Set([verdict.from, verdict.to])) {
        let log = this.#agents.get(agent);
        if (log === undefined) this.#agents.set(agent, (log = new AgentVerdicts()));
        log.at.push(verdict.at);
        log.told.push(verdict);
      }
  }

  /** Returns all that concern an agent; undefined if there is none. */
  of(agent: AgentId): VerdictSpan | undefined {
    return this.#agents.get(agent);
  }

  /** Returns the last one at `t` or before that concerns an agent. */
  last(agent: AgentId, t: VirtualTime): ToldVerdict | undefined {
    const log = this.#agents.get(agent);
    return log?.told[log.at.lastAtMost(t)];
  }
}
