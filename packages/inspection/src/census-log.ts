/** The census of a run at any instant: of each agent the samples in which its numbers changed. */
import type { AgentId, Census, CensusSample, VirtualTime } from '@dragon/engine';
import { instants } from './column.ts';

class AgentCensus {
  readonly at = instants(4);
  readonly numbers: Census[] = [];
}

export class CensusLog {
  readonly #agents = new Map<AgentId, AgentCensus>();

  /** Whether the run was recorded without a census, or has none yet. */
  get isEmpty(): boolean {
    return this.#agents.size === 0;
  }

  /** Agents that a census counts. */
  get agents(): readonly AgentId[] {
    return [...this.#agents.keys()];
  }

  /** Samples must come in the order of time. */
  append(samples: readonly CensusSample[]): void {
    for (const { at, agent, numbers } of samples) {
      let log = this.#agents.get(agent);
      if (log === undefined) this.#agents.set(agent, (log = new AgentCensus()));
      log.at.push(at);
      log.numbers.push(numbers);
    }
  }

  /** Returns the numbers of an agent at `t`; undefined if nothing is known of it. */
  at(agent: AgentId, t: VirtualTime): Census | undefined {
    const log = this.#agents.get(agent);
    return log?.numbers[log.at.lastAtMost(t)];
  }

  /** Returns the samples of an agent: instants, with room behind the last, and numbers. */
  of(agent: AgentId): { readonly instants: Float64Array; readonly numbers: readonly Census[] } | undefined {
    const log = this.#agents.get(agent);
    return log && { instants: log.at.values.subarray(0, log.at.length), numbers: log.numbers };
  }
}
