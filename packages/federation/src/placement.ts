/** Placement: the choice of a federate for each agent. */
import { type AgentSpec, compareText, peersOf } from '@dragon/engine';
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
 * enough; and where there are not, peers together, which makes some a little fuller than others.
 * Depends on the federates' names only, not on who came first. Throws `no-host` if an agent finds no place.
 */
export function dealAgents(agents: readonly AgentSpec[], applicants: readonly Applicant[]): string[] {
  const sorted = applicants.toSorted((a, b) => compareText(a.name, b.name));
  const share = Math.floor(agents.length / Math.max(1, applicants.length));
  const groups = peersTogether(agents, share);
  const dealt = new Matching(sorted, groups.length < agents.length ? homesOf(groups, sorted) : new Map());
  let left = groups.flat();
  for (let most = Math.max(1, share); left.length > 0; most += 1) {
    const still = left.filter((agent) => !dealt.place(agent, most, new Set()));
    if (still.length === left.length && sorted.every(({ capacity }) => capacity <= most || most > agents.length))
      throw noRoom(still, sorted);
    left = still;
  }
  return agents.map(({ id }) => dealt.hostOf.get(id) ?? '');
}

/**
 * Returns the agents in groups that talk to few others: first, alone, those with more peers than a federate has room
 * for, which anybody may need, then group by group. An agent belongs to the group of its peer that has the fewest peers
 * itself: threads to the scheduler of their CPU. Where anybody may talk to anybody, or a group is more than a share,
 * all are alone.
 */
function peersTogether(agents: readonly AgentSpec[], share: number): AgentSpec[][] {
  const sorted = agents.toSorted((a, b) => compareText(a.id, b.id));
  const peers = peersOf(agents);
  if (peers === undefined) return sorted.map((agent) => [agent]);
  const count = (id: string) => peers.get(id)?.size ?? 0;
  const groupOf = new Map<string, string[]>(sorted.map(({ id }) => [id, [id]]));
  const isShared = ({ id }: AgentSpec) => count(id) > share;
  for (const agent of sorted) {
    if (isShared(agent)) continue;
    const [closest] = [...(peers.get(agent.id) ?? [])]
      .filter((id) => count(id) <= share)
      .sort((a, b) => count(a) - count(b) || compareText(a, b));
    if (closest !== undefined) join(groupOf, agent.id, closest);
  }
  const place = new Map(agents.map(({ id }, index) => [id, index]));
  /** The place of a group is that of its first agent. */
  const groupPlaces = new Map<string[] | undefined, number>();
  for (const { id } of agents) {
    const group = groupOf.get(id);
    if (!groupPlaces.has(group)) groupPlaces.set(group, place.get(id) ?? 0);
  }
  const [shared, others] = [sorted.filter(isShared), sorted.filter((agent) => !isShared(agent))];
  const groups = new Map<number, AgentSpec[]>();
  for (const agent of others) {
    const first = groupPlaces.get(groupOf.get(agent.id)) ?? 0;
    const group = groups.get(first);
    if (group === undefined) groups.set(first, [agent]);
    else group.push(agent);
  }
  const inOrder = [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
  return [
    ...shared.map((agent) => [agent]),
    ...inOrder.flatMap((group) => (group.length > share ? group.map((agent) => [agent]) : [group])),
  ];
}

/**
 * Returns for each agent the federate that it is best on, if that can host it: group after group in equal parts, and no
 * group in two. Within a group messages are fastest, and one cut in two would shorten the windows of all.
 */
function homesOf(groups: readonly (readonly AgentSpec[])[], applicants: readonly Applicant[]): Map<string, string> {
  const homes = new Map<string, string>();
  const count = groups.reduce((sum, group) => sum + group.length, 0);
  let before = 0;
  for (const group of groups) {
    const middle = (before + group.length / 2) / count;
    const { name = '' } = applicants[Math.floor(middle * applicants.length)] ?? {};
    for (const { id } of group) homes.set(id, name);
    before += group.length;
  }
  return homes;
}

/** Puts two groups together: the smaller one into the larger. */
function join(groupOf: Map<string, string[]>, a: string, b: string): void {
  const [one, other] = [groupOf.get(a) ?? [], groupOf.get(b) ?? []];
  if (one === other) return;
  const [small, large] = one.length < other.length ? [one, other] : [other, one];
  large.push(...small);
  for (const id of small) groupOf.set(id, large);
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
  readonly #homes: ReadonlyMap<string, string>;

  constructor(applicants: readonly Applicant[], homes: ReadonlyMap<string, string>) {
    this.#applicants = applicants;
    this.#homes = homes;
    this.#hosted = new Map(applicants.map(({ name }) => [name, []]));
  }

  /** Returns true if `agent` found a place: its home, or where no federate hosts more than `most`. */
  place(agent: AgentSpec, most: number, tried: Set<string>): boolean {
    const able = this.#applicants.filter((applicant) => canHost(applicant, agent.kind));
    const home = this.#homes.get(agent.id);
    for (const applicant of able.toSorted((a, b) => Number(b.name === home) - Number(a.name === home))) {
      const hosted = this.#hosted.get(applicant.name) ?? [];
      if (hosted.length < (applicant.name === home ? applicant.capacity : Math.min(most, applicant.capacity))) {
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
