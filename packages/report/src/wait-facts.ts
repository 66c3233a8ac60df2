/**
 * Both sides of every wait as agents tell them, indexed: tasks (what they hold and wait for) and resources (holders,
 * queue).
 */
import type {
  AgentId,
  Chunks,
  FactsChange,
  Hold,
  ResourceFacts,
  TaskFacts,
  VirtualTime,
  Wait,
  Waiter,
} from '@dragon/engine';

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

/** What an agent had told last at some instant. */
export interface RestoredFacts {
  readonly agent: AgentId;
  readonly task: TaskRecord | undefined;
  readonly resources: readonly ResourceFacts[] | undefined;
}

interface ResourceRecord {
  /** Who speaks for it; null while nobody does. */
  teller: AgentId | null;
  facts: ResourceFacts;
  readonly holders: Members;
  readonly waiters: Members;
}

/** How often each is in a list: a recursive reader may be listed twice. */
type Members = Map<AgentId, number>;

/** Applying a change costs time in proportion to what changed, not to the number of tasks. */
export class WaitFacts {
  readonly tasks = new Map<AgentId, TaskRecord>();
  readonly resources = new Map<string, ResourceRecord>();
  /** Tasks by the resource they say they wait for, whether the resource knows of them or not. */
  readonly #askers = new Map<string, Set<AgentId>>();
  readonly #told = new Map<AgentId, readonly ResourceFacts[]>();
  readonly #onGain: (agent: AgentId) => void;

  /**
   * `onGain` is told of every task that waits and may have gained an edge, to it or from it; of some that have not,
   * too. Of an edge to a task that does not wait nothing is said: no cycle passes through it before it begins to wait.
   */
  constructor(onGain: (agent: AgentId) => void) {
    this.#onGain = onGain;
  }

  apply({ at, agent, facts }: FactsChange): void {
    this.#applyTask(agent, facts.task, at);
    this.#applyResources(agent, facts.resources ?? NOTHING_TOLD);
  }

  /** Returns what each agent told last that has anything to tell. */
  save(): RestoredFacts[] {
    const tellers = [...this.#told].filter(([, told]) => told.length > 0).map(([agent]) => agent);
    return [...new Set([...this.tasks.keys(), ...tellers])].map((agent) => {
      const [task, told = NOTHING_TOLD] = [this.tasks.get(agent), this.#told.get(agent)];
      return { agent, task, resources: told.length === 0 ? undefined : told };
    });
  }

  /** Makes the facts of some agents those of another instant, earlier or later, whatever lies between. */
  restore(agents: readonly RestoredFacts[]): void {
    for (const { agent, task } of agents) this.#putTask(agent, task);
    // What one agent told before, another may tell now: first it is forgotten.
    for (const { agent, resources = NOTHING_TOLD } of agents) this.#forgetUntold(agent, resources);
    for (const { agent, resources = NOTHING_TOLD } of agents) this.#applyResources(agent, resources);
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
    return [...(this.resources.get(resource)?.holders.keys() ?? [])].filter((holder) => this.holds(holder, resource));
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
    const waiters = this.resources.get(resource)?.facts.waiters.flat() ?? [];
    return waiters.map(({ task }) => task).filter((waiter) => this.waits(waiter, resource));
  }

  /** Returns the tasks that stand behind `agent` in the queue it waits in. */
  queuedAfter(agent: AgentId): AgentId[] {
    const resource = this.tasks.get(agent)?.waitsFor?.resource;
    if (resource === undefined || this.resources.get(resource)?.waiters.has(agent) !== true) return [];
    const queue = this.queue(resource);
    return queue.slice(queue.indexOf(agent) + 1);
  }

  /** Returns those who wait for one of the tasks, directly or not, or stand behind it in its queue. */
  behind(tasks: readonly AgentId[]): Set<AgentId> {
    const found = new Set<AgentId>();
    // Only the first tasks' queues are asked: whoever comes later came with everyone who waits for the same resource
    // after it.
    this.addWithWaiters(found, [...tasks, ...tasks.flatMap((agent) => this.queuedAfter(agent))]);
    for (const agent of tasks) found.delete(agent);
    return found;
  }

  /** Puts tasks into `found`, and with those that were not there all who wait for them, directly or not. */
  addWithWaiters(found: Set<AgentId>, tasks: readonly AgentId[]): void {
    const pending = [...tasks];
    for (let agent = pending.pop(); agent !== undefined; agent = pending.pop()) {
      if (found.has(agent)) continue;
      found.add(agent);
      for (const waiter of this.waitersOn(agent)) pending.push(waiter);
    }
  }

  #applyTask(agent: AgentId, facts: TaskFacts | undefined, at: VirtualTime): void {
    const before = this.tasks.get(agent);
    // An agent that is a resource, too, tells both parts when one has changed.
    if (before !== undefined && before.facts === facts) return;
    this.#putTask(agent, nextTask(before, facts, at));
  }

  #putTask(agent: AgentId, task: TaskRecord | undefined): void {
    const before = this.tasks.get(agent)?.waitsFor;
    const waitsFor = task?.waitsFor;
    if (before?.resource !== waitsFor?.resource) {
      if (before) this.#askers.get(before.resource)?.delete(agent);
      if (waitsFor) membersOf(this.#askers, waitsFor.resource).add(agent);
    }
    if (task === undefined) this.tasks.delete(agent);
    else this.tasks.set(agent, task);
    if (waitsFor) this.#onGain(agent);
  }

  #applyResources(teller: AgentId, told: readonly ResourceFacts[]): void {
    const before = this.#told.get(teller) ?? NOTHING_TOLD;
    if (before === told || (before.length === 0 && told.length === 0)) return;
    this.#forgetUntold(teller, told);
    this.#told.set(teller, told);
    for (const facts of told) this.#applyResource(teller, facts);
  }

  /** Forgets the resources of which `teller` does not tell any more. */
  #forgetUntold(teller: AgentId, told: readonly ResourceFacts[]): void {
    const before = this.#told.get(teller) ?? NOTHING_TOLD;
    if (before === told) return;
    for (const { resource } of before)
      if (this.resources.get(resource)?.teller === teller && !told.some((facts) => facts.resource === resource))
        this.#forget(resource);
  }

  #applyResource(teller: AgentId, facts: ResourceFacts): void {
    const record = this.resources.get(facts.resource) ?? this.#newRecord(facts.resource);
    if (record.facts === facts) return;
    record.teller ??= teller;
    if (record.teller !== teller)
      throw new Error(`${teller} and ${record.teller} both speak for the resource ${facts.resource}`);
    const { holders, waiters } = record.facts;
    for (const came of replaced(record.holders, holders, facts.holders, itself)) this.#gainIfWaiting(came);
    for (const came of replaced(record.waiters, waiters, facts.waiters, taskOf)) this.#gainIfWaiting(came);
    record.facts = facts;
  }

  #newRecord(resource: string): ResourceRecord {
    const facts = { resource, holders: [], waiters: [] };
    const record = { teller: null, facts, holders: new Map(), waiters: new Map() };
    this.resources.set(resource, record);
    return record;
  }

  /** Nobody holds it, and nobody waits for it. */
  #forget(resource: string): void {
    const record = this.resources.get(resource);
    if (record === undefined) return;
    record.teller = null;
    record.facts = { resource, holders: [], waiters: [] };
    record.holders.clear();
    record.waiters.clear();
  }

  #gainIfWaiting(agent: AgentId): void {
    if (this.tasks.get(agent)?.waitsFor) this.#onGain(agent);
  }
}

const NOTHING_TOLD: readonly ResourceFacts[] = [];
const NOBODY: readonly AgentId[] = [];
const itself = (agent: AgentId): AgentId => agent;
const taskOf = ({ task }: Waiter): AgentId => task;

/** Returns a task's record after it told `facts` at an instant; `before`: its record until then. */
function nextTask(
  before: TaskRecord | undefined,
  facts: TaskFacts | undefined,
  at: VirtualTime,
): TaskRecord | undefined {
  if (facts === undefined || before?.facts === facts) return facts && before;
  const { waitsFor } = facts;
  const goesOn = before?.waitsFor?.resource === waitsFor?.resource && before?.waitsFor?.mode === waitsFor?.mode;
  return {
    facts,
    waitsFor,
    waitingSince: goesOn ? (before?.waitingSince ?? at) : at,
    holds: before?.facts.holds === facts.holds ? before.holds : heldNow(before, facts.holds, at),
  };
}

function heldNow(before: TaskRecord | undefined, holds: readonly Hold[], at: VirtualTime): readonly HeldLock[] {
  return holds.map((hold) => heldBefore(before, hold) ?? { resource: hold.resource, mode: hold.mode, since: at });
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
 * Makes `members` those of `after`, given that they were those of `before`, and returns who came. Only the chunks that
 * are not the same in both are looked at, and of them what lies between the common head and the common tail.
 */
function replaced<T>(
  members: Members,
  before: Chunks<T>,
  after: Chunks<T>,
  nameOf: (item: T) => AgentId,
): readonly AgentId[] {
  if (before === after || (before.length === 0 && after.length === 0)) return NOBODY;
  const [old, now] = between(before, after);
  const [gone, came] = between(namesIn(old, nameOf), namesIn(now, nameOf));
  for (const agent of gone) {
    const times = members.get(agent) ?? 0;
    if (times > 1) members.set(agent, times - 1);
    else members.delete(agent);
  }
  for (const agent of came) members.set(agent, (members.get(agent) ?? 0) + 1);
  return came;
}

function namesIn<T>(chunks: Chunks<T>, nameOf: (item: T) => AgentId): AgentId[] {
  const names: AgentId[] = [];
  for (let i = 0; i < chunks.length; i += 1) {
    const chunk = chunks[i] as readonly T[];
    for (let j = 0; j < chunk.length; j += 1) names.push(nameOf(chunk[j] as T));
  }
  return names;
}

/** Returns both lists without their common head and their common tail. */
function between<T>(before: readonly T[], after: readonly T[]): readonly [readonly T[], readonly T[]] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  const [lastOld, lastNew] = [before.length - 1, after.length - 1];
  while (tail < shorter - head && before[lastOld - tail] === after[lastNew - tail]) tail += 1;
  // Most lists are short and have nothing in common.
  if (head === 0 && tail === 0) return [before, after];
  return [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
}
