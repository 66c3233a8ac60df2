/**
 * The wait-for graph of a run: finds a deadlock at the instant it arises, from what agents say of themselves.
 *
 * An edge T -> H through resource L exists if and only if all of this holds:
 * 1. T says it waits for L.
 * 2. L has T in its queue; not asked of a wait by polling, which nobody queues.
 * 3. L has H among its holders.
 * 4. H says it holds L, that is, it has not sent its release.
 *
 * Both sides are needed because messages take time. Without 2, T's request is on its way and might be granted at once;
 * or L has granted it, and the grant is on its way to T. Without 4, H's release is on its way, and T is about to go on.
 * With all four, nothing is in flight that could undo the edge: a cycle seen at an instant is real and stable, every
 * party is asleep, and nobody is left to release anything.
 *
 * Waits are AND waits: who waits for a lock with several holders (an rwsem's writer for its readers) waits for each. A
 * wait that ends by itself (`timed`) or by a signal (`killable`) puts tasks behind it but closes no deadlock.
 */
import {
  type AgentId,
  compareText,
  type FactsChange,
  type Finder,
  type Finding,
  type Json,
  type VirtualTime,
  type Wait,
} from '@dragon/engine';
import { reachesCycle, shortestCycle } from './cycle-search.ts';
import { type HeldLock, type RestoredFacts, WaitFacts } from './wait-facts.ts';

/** A task that waits. */
export interface WaitingTask {
  readonly agent: AgentId;
  readonly waitsFor: Wait;
  readonly waitingSince: VirtualTime;
  readonly holds: readonly HeldLock[];
}

/** A party of a deadlock: it waits for `blockedOn`, the next party; the last waits for the first. */
export interface DeadlockParty extends WaitingTask {
  readonly blockedOn: AgentId;
}

/**
 * `cycle` starts with the smallest agent id; of several cycles it is the shortest, and of those the first in text
 * order.
 */
export interface Deadlock {
  readonly at: VirtualTime;
  readonly cycle: readonly DeadlockParty[];
}

/** A party of a deadlock that went on all the same: what it waited for was done by somebody whom no edge names. */
export interface Undoing {
  readonly at: VirtualTime;
  readonly agent: AgentId;
}

export interface BlockedTask extends WaitingTask {
  /**
   * Those who hold what it waits for, sorted. Empty if nobody does: it is outside the model, or a message is lost or on
   * its way.
   */
  readonly blockedOn: readonly AgentId[];
  /** How many tasks wait for this one, directly or not, or stand behind it in its queue. */
  readonly behind: number;
}

const NO_FINDINGS: readonly Finding[] = [];

interface SavedGraph {
  readonly facts: readonly RestoredFacts[];
  readonly gained: readonly AgentId[];
  readonly deadlock: Deadlock | null;
  readonly undone: Undoing | null;
}

export class WaitForGraph implements Finder {
  readonly ends = true;
  readonly #gained = new Set<AgentId>();
  readonly #facts = new WaitFacts((agent) => this.#gained.add(agent));
  #deadlock: Deadlock | undefined;
  #undone: Undoing | undefined;

  /** The first deadlock found. It stays as it was when it was found. */
  get deadlock(): Deadlock | undefined {
    return this.#deadlock;
  }

  /**
   * When the deadlock came undone and who went on first; undefined if it lasts. Only a flush of a work can go on from
   * outside its cycle: another enqueue takes the pending work from in front of its barrier, and another kworker runs
   * the barrier.
   */
  get undone(): Undoing | undefined {
    return this.#undone;
  }

  facts(change: FactsChange): void {
    this.#facts.apply(change);
    if (this.#deadlock !== undefined) this.#expectAsleep(this.#deadlock, change);
  }

  /**
   * Searches from the tasks that may have gained an edge since the last check: any new cycle passes through one of
   * them.
   */
  check(at: VirtualTime): readonly Finding[] {
    if (this.#gained.size === 0) return NO_FINDINGS;
    const gained = [...this.#gained];
    this.#gained.clear();
    if (this.#deadlock !== undefined) return NO_FINDINGS;
    const successors = (agent: AgentId) => this.#lastingBlockers(agent);
    if (!reachesCycle(gained, successors)) return NO_FINDINGS;
    this.#deadlock = { at, cycle: this.#parties(shortestCycle(gained, successors) ?? []) };
    return [{ kind: 'deadlock', at, evidence: this.#deadlock as unknown as Json }];
  }

  save(): Json {
    const saved: SavedGraph = {
      facts: this.#facts.save(),
      gained: [...this.#gained],
      deadlock: this.#deadlock ?? null,
      undone: this.#undone ?? null,
    };
    return saved as unknown as Json;
  }

  restore(saved: Json): void {
    const { facts, gained, deadlock, undone } = saved as unknown as SavedGraph;
    this.#facts.restore(facts);
    this.#gained.clear();
    for (const agent of gained) this.#gained.add(agent);
    this.#deadlock = deadlock ?? undefined;
    this.#undone = undone ?? undefined;
  }

  /** Returns the tasks that wait now, by the instant they began and then by id. */
  waiting(): WaitingTask[] {
    return this.#sorted(this.#facts.tasks.keys());
  }

  /** Returns the tasks that wait for a party of the deadlock, directly or not, without the parties. */
  behind(): WaitingTask[] {
    return this.#sorted(this.#facts.behind(this.#deadlock?.cycle.map((party) => party.agent) ?? []));
  }

  /**
   * Returns the tasks that wait now with whom they wait for and how many wait behind each, in the order of `waiting`.
   */
  blocked(): BlockedTask[] {
    const tasks = this.waiting();
    const behind = this.#behindEach(tasks);
    return tasks.map((task) => ({
      ...task,
      blockedOn: this.#facts.blockers(task.agent).toSorted(compareText),
      behind: behind.get(task.agent) ?? this.#facts.behind([task.agent]).size,
    }));
  }

  #expectAsleep({ cycle }: Deadlock, { at, agent }: FactsChange): void {
    const party = cycle.find((each) => each.agent === agent);
    if (party === undefined || this.#facts.tasks.get(agent)?.waitingSince === party.waitingSince) return;
    const first = this.#undone;
    const isFirst = first === undefined || (at === first.at && compareText(agent, first.agent) < 0);
    if (isFirst) this.#undone = { at, agent };
  }

  #lastingBlockers(agent: AgentId): readonly AgentId[] {
    const mode = this.#facts.tasks.get(agent)?.waitsFor?.mode;
    return mode === 'uninterruptible' || mode === 'polling' ? this.#facts.blockers(agent) : [];
  }

  #parties(cycle: readonly AgentId[]): DeadlockParty[] {
    return cycle.flatMap((agent, i) =>
      this.#sorted([agent]).map((task) => ({ ...task, blockedOn: cycle[(i + 1) % cycle.length] ?? agent })),
    );
  }

  /**
   * For those in a queue. From its tail on, each adds itself and its own waiters to what is behind the one before it.
   */
  #behindEach(tasks: readonly WaitingTask[]): Map<AgentId, number> {
    const counts = new Map<AgentId, number>();
    for (const resource of new Set(tasks.map((task) => task.waitsFor.resource))) {
      const found = new Set<AgentId>();
      for (const agent of this.#facts.queue(resource).toReversed()) {
        this.#facts.addWithWaiters(found, [agent]);
        counts.set(agent, found.size - 1);
      }
    }
    return counts;
  }

  #sorted(agents: Iterable<AgentId>): WaitingTask[] {
    const tasks: WaitingTask[] = [];
    for (const agent of agents) {
      const task = this.#facts.tasks.get(agent);
      if (task?.waitsFor)
        tasks.push({ agent, waitsFor: task.waitsFor, waitingSince: task.waitingSince, holds: task.holds });
    }
    return tasks.sort((a, b) => a.waitingSince - b.waitingSince || compareText(a.agent, b.agent));
  }
}
