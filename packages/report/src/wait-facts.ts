/**
 * Both sides of every wait as agents tell them, indexed: tasks (what they hold and wait for) and resources (holders,
 * queue).
 */
import type { AgentId, FactsChange, Hold, ResourceFacts, TaskFacts, VirtualTime, Wait } from '@dragon/engine';

/** A hold and the instant it first appeared in the facts. */
export interface HeldLock extends Hold {
  readonly since: VirtualTime;
}

/** A task and the instant its present wait first appeared; a wait that is replaced by an equal one goes on. */
export interface TaskRecord {
  /** As the task told them last. */
  readonly facts: TaskFacts;
  readonly waitsFor: Wait | null;
  readonly waitingSince: VirtualTime;
  readonly holds: readonly HeldLock[];
}

interface ResourceRecord {
  readonly teller: AgentId;
  readonly facts: ResourceFacts;
  readonly holders: Set<AgentId>;
  readonly waiters: Set<AgentId>;
}

/** Applying a change costs time in proportion to what changed, not to the number of tasks. */
export class WaitFacts {
  readonly tasks = new Map<AgentId, TaskRecord>();
  readonly resources = new Map<string, ResourceRecord>();
  /** Tasks by the resource they say they wait for, whether the resource knows of them or not. */
  readonly #askers = new Map<string, Set<AgentId>>();
  readonly #told = new Map<AgentId, readonly ResourceFacts[]>();
  readonly #onGain: (agent: AgentId) => void;

  /** `onGain` is told of every task that may have gained an edge, to it or from it; of some that have not, too. */
  constructor(onGain: (agent: AgentId) => void) {
    this.#onGain = onGain;
  }

  apply({ at, agent, facts }: FactsChange): void {
    this.#applyTask(agent, facts.task, at);
    this.#applyResources(agent, facts.resources ?? []);
  }

  /** Returns true if both sides say that `agent` holds `resource`. */
  holds(agent: AgentId, resource: string): boolean {
    return (
      this.resources.get(resource)?.holders.has(agent) === true &&
      this.tasks.get(agent)?.holds.some((hold) => hold.resource === resource) === true
    );
  }

  /** Returns true if both sides say that `agent` waits for `resource`. Nobody keeps a queue of those who poll. */
  waits(agent: AgentId, resource: string): boolean {
    const wait = this.tasks.get(agent)?.waitsFor;
    if (!wait || wait.resource !== resource) return false;
    return wait.mode === 'polling' || this.resources.get(resource)?.waiters.has(agent) === true;
  }

  /** Returns those who must let go before `agent` can go on, as both sides of its wait tell it. */
  blockers(agent: AgentId): readonly AgentId[] {
    const resource = this.tasks.get(agent)?.waitsFor?.resource;
    if (resource === undefined || !this.waits(agent, resource)) return [];
    return [...(this.resources.get(resource)?.holders ?? [])].filter((holder) => this.holds(holder, resource));
  }

  /** Returns the tasks that wait for something `agent` holds. */
  waitersOn(agent: AgentId): AgentId[] {
    const held = new Set(this.tasks.get(agent)?.holds.map((hold) => hold.resource));
    return [...held]
      .filter((resource) => this.holds(agent, resource))
      .flatMap((resource) => [...(this.#askers.get(resource) ?? [])].filter((asker) => this.waits(asker, resource)));
  }

  /** Returns the tasks in the queue of `resource` that say they wait for it, in its order. */
  queue(resource: string): AgentId[] {
    return (this.resources.get(resource)?.facts.waiters ?? []).filter((waiter) => this.waits(waiter, resource));
  }

  /** Returns the tasks that stand behind `agent` in the queue it waits in. */
  queuedAfter(agent: AgentId): AgentId[] {
    const resource = this.tasks.get(agent)?.waitsFor?.resource;
    if (resource === undefined || this.resources.get(resource)?.waiters.has(agent) !== true) return [];
    const queue = this.queue(resource);
    return queue.slice(queue.indexOf(agent) + 1);
  }

  #applyTask(agent: AgentId, facts: TaskFacts | undefined, at: VirtualTime): void {
    const before = this.tasks.get(agent);
    // An agent that is a resource, too, tells both parts when one has changed.
    if (before !== undefined && before.facts === facts) return;
    const waitsFor = facts?.waitsFor ?? null;
    if (before?.waitsFor?.resource !== waitsFor?.resource) {
      if (before?.waitsFor) this.#askers.get(before.waitsFor.resource)?.delete(agent);
      if (waitsFor) membersOf(this.#askers, waitsFor.resource).add(agent);
    }
    if (facts === undefined) {
      this.tasks.delete(agent);
      return;
    }
    const goesOn = before?.waitsFor?.resource === waitsFor?.resource && before?.waitsFor?.mode === waitsFor?.mode;
    this.tasks.set(agent, {
      facts,
      waitsFor,
      waitingSince: goesOn ? (before?.waitingSince ?? at) : at,
      holds: facts.holds.map((hold) => heldBefore(before, hold) ?? { ...hold, since: at }),
    });
    if (waitsFor) this.#onGain(agent);
  }

  #applyResources(teller: AgentId, told: readonly ResourceFacts[]): void {
    const before = this.#told.get(teller) ?? [];
    if (before === told || (before.length === 0 && told.length === 0)) return;
    this.#told.set(teller, told);
    const still = new Set(told.map((facts) => facts.resource));
    for (const { resource } of before) if (!still.has(resource)) this.resources.delete(resource);
    for (const facts of told) this.#applyResource(teller, facts);
  }

  #applyResource(teller: AgentId, facts: ResourceFacts): void {
    const before = this.resources.get(facts.resource);
    if (before?.facts === facts) return;
    if (before !== undefined && before.teller !== teller)
      throw new Error(`${teller} and ${before.teller} both speak for the resource ${facts.resource}`);
    const holders = before?.holders ?? new Set<AgentId>();
    const waiters = before?.waiters ?? new Set<AgentId>();
    for (const gained of replaceMembers(holders, before?.facts.holders ?? [], facts.holders)) this.#onGain(gained);
    for (const gained of replaceMembers(waiters, before?.facts.waiters ?? [], facts.waiters)) this.#onGain(gained);
    this.resources.set(facts.resource, { teller, facts, holders, waiters });
  }
}

function heldBefore(before: TaskRecord | undefined, hold: Hold): HeldLock | undefined {
  return before?.holds.find((held) => held.resource === hold.resource && held.mode === hold.mode);
}

function membersOf(index: Map<string, Set<AgentId>>, key: string): Set<AgentId> {
  let members = index.get(key);
  if (members === undefined) index.set(key, (members = new Set()));
  return members;
}

/**
 * Makes `members` the set of `after`, given that it was the set of `before`, and returns those that came. Queues change
 * at their ends, so only what lies between the common head and the common tail is touched.
 */
function replaceMembers(members: Set<AgentId>, before: readonly AgentId[], after: readonly AgentId[]): AgentId[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  // A recursive reader may be listed twice, so one place lost need not be the last.
  for (const gone of before.slice(head, before.length - tail)) if (!after.includes(gone)) members.delete(gone);
  const came = after.slice(head, after.length - tail);
  for (const agent of came) members.add(agent);
  return came;
}
