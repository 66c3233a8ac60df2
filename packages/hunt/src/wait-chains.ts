/**
 * Chains of waits that a run has seen, in roles: who waits for what, what it holds meanwhile, and for what its holder
 * waits in turn. What is one wait short of a deadlock shows here, long before one is found.
 */
import type { AgentId, FactsChange, Finder, Finding, VirtualTime } from '@dragon/engine';
import { WaitFacts } from '@dragon/report';
import type { SeenChain } from './attempt.ts';
import type { Roles } from './roles.ts';

/** Waits in a chain: longer ones are told by their first. */
const LONGEST = 4;

const NO_FINDINGS: readonly Finding[] = [];

export class WaitChains implements Finder {
  readonly ends = false;
  readonly #roles: Roles;
  readonly #gained = new Set<AgentId>();
  readonly #facts = new WaitFacts((agent) => this.#gained.add(agent));
  readonly #seen = new Map<string, VirtualTime>();

  constructor(roles: Roles) {
    this.#roles = roles;
  }

  /** All chains, in the order in which they were first seen. */
  get seen(): readonly SeenChain[] {
    return [...this.#seen].map(([chain, at]) => ({ chain, at }));
  }

  facts(change: FactsChange): void {
    this.#facts.apply(change);
  }

  check(at: VirtualTime): readonly Finding[] {
    for (const agent of this.#gained) {
      const chain = this.#chain(agent);
      if (!this.#seen.has(chain)) this.#seen.set(chain, at);
    }
    this.#gained.clear();
    return NO_FINDINGS;
  }

  /** As in `kswapd[shrinker_rwsem] > work > inodegc[] > AGI > repair[AGI]`. */
  #chain(first: AgentId): string {
    const roles = this.#roles;
    const words: string[] = [];
    const passed = new Set<AgentId>();
    for (let agent: AgentId | undefined = first; agent !== undefined && !passed.has(agent); ) {
      passed.add(agent);
      const task = this.#facts.tasks.get(agent);
      const holds = [...new Set(task?.holds.map(({ resource }) => roles.resource(resource)))].sort();
      words.push(`${roles.agent(agent)}[${holds.join(' ')}]`);
      if (!task?.waitsFor || passed.size > LONGEST) break;
      words.push(roles.wait(task.waitsFor));
      agent = this.#facts.blockers(agent).toSorted()[0];
    }
    return words.join(' > ');
  }
}
