/** Placement: the choice of a federate for each agent. */
import { type AgentSpec, compareText } from '@dragon/engine';
import { FederationError } from './federation-error.ts';

/** A federate that said hello, and what it can host. */
export interface Applicant {
  readonly name: string;
  /** Tells a process from its successor of the same name. */
  readonly instance: string;
  readonly kinds: readonly string[] | 'any';
  /** The most agents it hosts. */
  readonly capacity: number;
}

/**
 * Returns for each agent, in the order of `agents`, the name of the federate that hosts it. It may change no result,
 * only the speed.
 */
export type PlacementPolicy = (agents: readonly AgentSpec[], applicants: readonly Applicant[]) => readonly string[];

/** Returns true if a federate can host agents of `kind`. */
export function canHost(applicant: Applicant, kind: string): boolean {
  return applicant.kinds === 'any' || applicant.kinds.includes(kind);
}

/**
 * The default policy: as few agents on the fullest federate as kinds and capacities allow, so one each where there are
 * enough.
 * Depends on the federates' names only, not on who came first. Throws `no-host` if an agent finds no place.
 */
export function dealAgents(agents: readonly AgentSpec[], applicants: readonly Applicant[]): string[] {
  const sorted = applicants.toSorted((a, b) => compareText(a.name, b.name));
  const dealt = new Matching(sorted);
  let left = agents.toSorted((a, b) => compareText(a.id, b.id));
  for (let most = 1; left.length > 0; most += 1) {
    const still = left.filter((agent) => !dealt.place(agent, most, new Set()));
    if (still.length === left.length && sorted.every(({ capacity }) => capacity <= most || most > agents.length))
      throw noRoom(still, sorted);
    left = still;
  }
  return agents.map(({ id }) => dealt.hostOf.get(id) ?? '');
}

function noRoom([agent, ...others]: readonly AgentSpec[], applicants: readonly Applicant[]): FederationError {
  const hosts = applicants.filter((applicant) => canHost(applicant, agent?.kind ?? ''));
  const more = others.length === 0 ? '' : `, nor for ${others.length} more`;
  const why =
    hosts.length === 0
      ? `no federate hosts agents of kind ${agent?.kind}`
      : `the ${hosts.length} federates for its kind have no capacity left`;
  return new FederationError('no-host', `no federate for agent ${agent?.id}${more}: ${why}`);
}

/** A maximum matching by augmenting paths (Kuhn): an agent may push another one aside that can go elsewhere. */
class Matching {
  readonly hostOf = new Map<string, string>();
  readonly #applicants: readonly Applicant[];
  readonly #hosted: Map<string, AgentSpec[]>;

  constructor(applicants: readonly Applicant[]) {
    this.#applicants = applicants;
    this.#hosted = new Map(applicants.map(({ name }) => [name, []]));
  }

  /** Returns true if `agent` found a place where no federate hosts more than `most`. */
  place(agent: AgentSpec, most: number, tried: Set<string>): boolean {
    const able = this.#applicants.filter((applicant) => canHost(applicant, agent.kind));
    for (const applicant of able) {
      const hosted = this.#hosted.get(applicant.name) ?? [];
      if (hosted.length < Math.min(most, applicant.capacity)) {
        hosted.push(agent);
        this.hostOf.set(agent.id, applicant.name);
        return true;
      }
    }
    for (const { name } of able) {
      if (tried.has(name)) continue;
      tried.add(name);
      const hosted = this.#hosted.get(name) ?? [];
      const aside = hosted.findIndex((other) => this.place(other, most, tried));
      if (aside < 0) continue;
      hosted[aside] = agent;
      this.hostOf.set(agent.id, name);
      return true;
    }
    return false;
  }
}
