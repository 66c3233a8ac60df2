/**
 * The lanes of a timeline, from top to bottom: who and what was in a long wait, pinned agents, resources, stacks of
 * equal agents, the rest. The order is a function of the run, never of the cursor, so that no lane jumps.
 */
import type { AgentId, VirtualTime } from '@dragon/engine';
import {
  agentGroups,
  agentGroupName,
  plainText,
  type ReportNames,
  reportNames,
  resourceLaneTitle,
  stackName,
} from '@dragon/report';
import { findingParties } from '../finding-parties.ts';
import type { RunRecord } from '../run-record.ts';
import type { WaitInterval } from '../wait-intervals.ts';
import type { WaitHistory } from './wait-history.ts';

export type TimelineLane =
  | {
      readonly kind: 'agent';
      readonly key: string;
      readonly title: string;
      readonly agent: AgentId;
      readonly isMain: boolean;
    }
  | { readonly kind: 'resource'; readonly key: string; readonly title: string; readonly resource: string }
  /** Each agent has a row. */
  | { readonly kind: 'stack'; readonly key: string; readonly title: string; readonly agents: readonly AgentId[] }
  /** The same agent in the run beside this one. */
  | { readonly kind: 'other'; readonly key: string; readonly title: string; readonly agent: AgentId }
  /** Too many for rows: all agents of a group, whoever of them has a lane of its own. */
  | { readonly kind: 'crowd'; readonly key: string; readonly title: string; readonly agents: readonly AgentId[] };

/** What a person has changed. */
export interface LaneChoices {
  readonly pins: readonly AgentId[];
  readonly selection: AgentId | undefined;
  /** Keys of lanes that are hidden. */
  readonly hidden: ReadonlySet<string>;
  /** Keys of stacks whose agents have a lane each. */
  readonly unfolded: ReadonlySet<string>;
}

/** From here on a wait is long: whoever is at either end has a lane among the first. */
const LONG_WAIT: VirtualTime = 100_000_000;
/** Groups up to here have a lane for each agent. */
const LARGEST_UNSTACKED = 4;
/** As many rows can be told apart in a lane. */
const LARGEST_STACK = 9;
const MOST_MAIN = 8;
const MOST_RESOURCES = 8;

export class TimelineLanes {
  readonly names: ReportNames;
  readonly #record: RunRecord;
  readonly #groups: readonly { readonly name: string; readonly agents: readonly AgentId[] }[];
  readonly #groupOf: ReadonlyMap<AgentId, string>;
  readonly #main = new Set<AgentId>();
  readonly #resources = new Set<string>();
  /** Groups with a stack in which somebody waited long. */
  readonly #waitingStacks = new Set<string>();
  /** Waits that may still become long. */
  readonly #undecided = new Set<WaitInterval>();
  #begun = 0;

  constructor(record: RunRecord) {
    this.#record = record;
    this.names = reportNames(record.plan);
    this.#groups = agentGroups(record.agents);
    this.#groupOf = new Map(record.agents.map((agent) => [agent.id, agentGroupName(agent)]));
  }

  /** The groups that have no row for each of their agents. */
  get crowds(): readonly (readonly AgentId[])[] {
    return this.#groups.flatMap(({ agents }) => (this.#isCrowd(agents) ? [agents] : []));
  }

  lanes(history: WaitHistory, choices: LaneChoices): TimelineLane[] {
    this.#findMain(history);
    const isSingled = (agent: AgentId): boolean => this.#main.has(agent) || choices.pins.includes(agent);
    const all: TimelineLane[] = [];
    for (const { agents } of this.#groups)
      for (const agent of agents) if (this.#main.has(agent)) all.push(this.#agentLane(agent, true));
    for (const agent of choices.pins) if (!this.#main.has(agent)) all.push(this.#agentLane(agent, false));
    const below = this.#rest(choices, isSingled);
    const { selection } = choices;
    if (
      selection !== undefined &&
      ![...all, ...below].some((lane) => lane.kind === 'agent' && lane.agent === selection)
    )
      all.push(this.#agentLane(selection, false));
    all.push(...this.#resourceLanes(), ...below);
    return choices.hidden.size === 0 ? all : all.filter(({ key }) => !choices.hidden.has(key));
  }

  /**
   * Stacks stand before lanes of their own, but not beside crowds, where whoever has a lane is somebody. Those in which
   * somebody waited long come before others.
   */
  #rest(choices: LaneChoices, isSingled: (agent: AgentId) => boolean): TimelineLane[] {
    const stacks: TimelineLane[] = [];
    const singles: TimelineLane[] = [];
    const isWaiting = ({ name }: { readonly name: string }): boolean => this.#waitingStacks.has(name);
    const waiting = this.#groups.filter(isWaiting);
    for (const { name, agents } of [...waiting, ...this.#groups.filter((group) => !isWaiting(group))]) {
      const left = agents.filter((agent) => !isSingled(agent));
      if (this.#isOfParts(agents)) continue;
      if (agents.length > LARGEST_UNSTACKED && left.length > 1) {
        const isCrowd = this.#isCrowd(agents);
        const together = isCrowd ? agents : left;
        const key = `stack ${name}`;
        const title = stackName(together, name, this.names.tasks);
        stacks.push({ kind: isCrowd ? 'crowd' : 'stack', key, title, agents: together });
        if (choices.unfolded.has(key)) stacks.push(...left.map((agent) => this.#agentLane(agent, false)));
      } else singles.push(...left.map((agent) => this.#agentLane(agent, false)));
    }
    return this.crowds.length > 0 ? [...singles, ...stacks] : [...stacks, ...singles];
  }

  #isCrowd(agents: readonly AgentId[]): boolean {
    return agents.length > LARGEST_STACK && !this.#isOfParts(agents);
  }

  /** Locks and the like have resource lanes instead. */
  #isOfParts(agents: readonly AgentId[]): boolean {
    return agents.every((agent) => this.#record.start(this.#record.placeOf(agent)).look === 'part');
  }

  #agentLane(agent: AgentId, isMain: boolean): TimelineLane {
    return { kind: 'agent', key: agent, title: this.names.tasks.name(agent), agent, isMain };
  }

  /** In the order of the plan, so that one that comes later moves none of the others past each other. */
  #resourceLanes(): TimelineLane[] {
    return this.#record.plan.resources.flatMap(({ id }): TimelineLane[] => {
      if (!this.#resources.has(id)) return [];
      const title = plainText(resourceLaneTitle(id, this.names));
      return [{ kind: 'resource', key: `resource ${id}`, title, resource: id }];
    });
  }

  #findMain(history: WaitHistory): void {
    for (const finding of this.#record.findings) {
      const { agents, resources } = findingParties(finding, this.#record.agents);
      for (const agent of agents) if (this.#groupOf.has(agent)) this.#main.add(agent);
      for (const resource of resources) this.#addResource(resource);
    }
    for (; this.#begun < history.waits.length; this.#begun += 1) {
      const wait = history.waits[this.#begun];
      if (wait !== undefined) this.#undecided.add(wait);
    }
    for (const wait of this.#undecided) {
      const isLong = Math.min(wait.to, this.#record.edge) - wait.from >= LONG_WAIT;
      if (isLong) this.#takeLong(history, wait);
      if (isLong || wait.to !== Number.POSITIVE_INFINITY) this.#undecided.delete(wait);
    }
  }

  #takeLong(history: WaitHistory, wait: WaitInterval): void {
    this.#addResource(wait.wait.resource);
    for (const holder of history.holders(wait)) this.#addMain(holder);
    const group = this.#groups.find(({ name }) => name === this.#groupOf.get(wait.agent));
    if (group === undefined) return;
    if (group.agents.length <= LARGEST_UNSTACKED) this.#addMain(wait.agent);
    else this.#waitingStacks.add(group.name);
  }

  #addMain(agent: AgentId): void {
    if (this.#main.size < MOST_MAIN && this.#groupOf.has(agent)) this.#main.add(agent);
  }

  #addResource(resource: string): void {
    if (this.#resources.size < MOST_RESOURCES && !this.names.resources.isOutside(resource))
      this.#resources.add(resource);
  }
}

/** Returns the lanes with those of another run, each below the one of the same agent. */
export function lanesBeside(lanes: readonly TimelineLane[], other: RunRecord): TimelineLane[] {
  return lanes.flatMap((lane): TimelineLane[] => {
    if (lane.kind !== 'agent' || other.placeOf(lane.agent) < 0) return [lane];
    const { agent, title } = lane;
    return [lane, { kind: 'other', key: `other ${agent}`, title, agent }];
  });
}
