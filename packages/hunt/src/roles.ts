/**
 * Roles: agents and resources without their numbers, by which two findings that differ only in who it was this time are
 * one.
 */
import { type AgentId, compareText, kindOf, type Plan, type Wait } from '@dragon/engine';
import type { Deadlock } from '@dragon/report';

export class Roles {
  readonly #resources: ReadonlyMap<string, string>;

  constructor({ resources }: Pick<Plan, 'resources'>) {
    this.#resources = new Map(
      resources.map(({ id, kind, label, noun }) => [id, label?.what ?? kind ?? withoutNumbers(noun)]),
    );
  }

  agent(id: AgentId): string {
    return kindOf(id);
  }

  resource(id: string): string {
    return this.#resources.get(id) ?? withoutNumbers(id);
  }

  /** As in `shrinker_rwsem (W)`. */
  wait({ resource, lock }: Pick<Wait, 'resource' | 'lock'>): string {
    return `${this.resource(resource)}${lock === '' ? '' : ` (${lock})`}`;
  }

  /**
   * Returns the cycle of a deadlock in roles: `inodegc > AGI > repair > shrinker_rwsem (W) > kswapd > work`. Of all
   * places at which it can begin, the one that is first in text order.
   */
  cycle({ cycle }: Pick<Deadlock, 'cycle'>): string {
    const parties = cycle.map(({ agent, waitsFor }) => `${this.agent(agent)} > ${this.wait(waitsFor)}`);
    const turns = parties.map((_, i) => [...parties.slice(i), ...parties.slice(0, i)].join(' > '));
    return turns.toSorted(compareText)[0] ?? '';
  }
}

/** As in `gc[].work` of `gc[3].work`. */
const withoutNumbers = (name: string): string => name.replaceAll(/\d+/g, '').trim();
