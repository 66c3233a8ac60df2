/** A finder of crowds: resources on which at least so many threads sleep at one instant, each named once. */
import {
  type AgentId,
  compareText,
  type FactsChange,
  type Finder,
  type Finding,
  type VirtualTime,
} from '@dragon/engine';

export class CrowdFinder implements Finder {
  readonly ends = false;
  readonly #size: number;
  readonly #waitsFor = new Map<AgentId, string>();
  readonly #named = new Set<string>();

  constructor(size: number) {
    this.#size = size;
  }

  facts({ agent, facts: { task } }: FactsChange): void {
    const resource = task?.waitsFor?.resource;
    if (resource === undefined) this.#waitsFor.delete(agent);
    else this.#waitsFor.set(agent, resource);
  }

  check(at: VirtualTime): readonly Finding[] {
    const crowds = new Map<string, AgentId[]>();
    for (const [agent, resource] of this.#waitsFor) crowds.set(resource, [...(crowds.get(resource) ?? []), agent]);
    return [...crowds].flatMap(([resource, agents]): Finding[] => {
      if (agents.length < this.#size || this.#named.has(resource)) return [];
      this.#named.add(resource);
      const evidence = { property: 'no crowds', resource, agents: agents.sort(compareText) };
      return [{ kind: 'property', at, evidence }];
    });
  }
}
