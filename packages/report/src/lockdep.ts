/**
 * A lock validator of the simulated kernel: what lockdep would have said of a run. It takes what agents hold and wait
 * for as lock_acquire and lock_release, and goes on as Linux 6.1 kernel/locking/lockdep.c does: a lock that is taken
 * while others are held depends on each of them back to the first that was not a trylock; a trylock depends on nothing;
 * a new dependency that closes a circle of classes, or a class that its task holds already, is reported, once, and
 * that is the end of it. What has no class, as a buffer's semaphore, is not seen. fs_reclaim is held by whoever sleeps
 * below balance_pgdat or try_to_free_pages in a scan of a superblock, which only a caller with __GFP_FS comes to.
 */
import {
  type AgentId,
  compareText,
  type FactsChange,
  type Finder,
  type Finding,
  type Hold,
  type Json,
  type LockMode,
  type TaskFacts,
  type VirtualTime,
  type Wait,
} from '@dragon/engine';
import { FS_RECLAIM, type LockdepClass, SHRINKER_RWSEM } from '@dragon/kernel';
import type { ResourceNames } from './resource-names.ts';

/** A lock that a task has, or asks for. */
export interface LockdepLock {
  readonly lock: LockdepClass;
  readonly mode: LockMode;
  /** It was tried, and not waited for. */
  readonly tried: boolean;
}

/** `next` was taken by a task that held `previous`. */
export interface LockdepDependency {
  readonly previous: LockdepLock;
  readonly next: LockdepLock;
  readonly agent: AgentId;
  readonly at: VirtualTime;
  /** Of the wait that showed it; empty if the lock was taken without one. */
  readonly stack: readonly string[];
}

/** What lockdep would have printed. */
export interface LockdepSplat {
  readonly kind: 'circular' | 'recursive';
  readonly at: VirtualTime;
  readonly agent: AgentId;
  readonly asked: LockdepLock;
  /** What the task holds, in the order in which it took it. */
  readonly held: readonly LockdepLock[];
  /** Of `held`, the one that depends on what is asked for already, or is of its class. */
  readonly against: LockdepLock;
  /** From what is asked for to `against`; empty if the lock is of the same class. */
  readonly chain: readonly LockdepDependency[];
  readonly stack: readonly string[];
}

interface TaskLocks {
  /** As the task told them last; what is news to lockdep is in `held` only after the instant. */
  facts: TaskFacts;
  held: readonly { readonly hold: Hold; readonly lock: LockdepLock }[];
  /** Something of this instant is still to be looked at. */
  pending: boolean;
}

interface SavedLockdep {
  readonly tasks: readonly (readonly [agent: AgentId, locks: TaskLocks])[];
  readonly dependencies: readonly (readonly [from: string, to: readonly (readonly [string, LockdepDependency])[]])[];
  readonly modes: readonly (readonly [string, readonly LockMode[]])[];
  readonly splat: LockdepSplat | null;
  readonly pending: readonly FactsChange[];
}

export class Lockdep implements Finder {
  readonly ends = false;
  readonly #names: ResourceNames;
  readonly #tasks = new Map<AgentId, TaskLocks>();
  /** Class to class. */
  readonly #dependencies = new Map<string, Map<string, LockdepDependency>>();
  /** How each class was taken so far: for reading, for writing. */
  readonly #modes = new Map<string, Set<LockMode>>();
  /** By mode and resource; null of what lockdep does not track. */
  readonly #locks: Readonly<Record<LockMode, Map<string, LockdepLock | null>>> = {
    R: new Map(),
    W: new Map(),
    '': new Map(),
  };
  #splat: LockdepSplat | undefined;
  #pending: FactsChange[] = [];

  constructor(names: ResourceNames) {
    this.#names = names;
  }

  /** The first that it would have said; later ones it does not, as it switches itself off. */
  get splat(): LockdepSplat | undefined {
    return this.#splat;
  }

  save(): Json {
    const saved: SavedLockdep = {
      tasks: [...this.#tasks].map(([agent, locks]) => [agent, { ...locks }]),
      dependencies: [...this.#dependencies].map(([from, to]) => [from, [...to]]),
      modes: [...this.#modes].map(([name, modes]) => [name, [...modes]]),
      splat: this.#splat ?? null,
      pending: [...this.#pending],
    };
    return saved as unknown as Json;
  }

  restore(saved: Json): void {
    const { tasks, dependencies, modes, splat, pending } = saved as unknown as SavedLockdep;
    for (const [agent, locks] of tasks) this.#tasks.set(agent, { ...locks });
    for (const [from, to] of dependencies) this.#dependencies.set(from, new Map(to));
    for (const [name, taken] of modes) this.#modes.set(name, new Set(taken));
    this.#splat = splat ?? undefined;
    this.#pending = [...pending];
  }

  /** Returns the usage of a class as lockdep prints it: `++++`, or `.+.+` if it was taken for reading only. */
  usage(lock: LockdepClass): string {
    const modes = this.#modes.get(lock.class) ?? new Set<LockMode>();
    const [write, read] = [modes.has('W') || modes.has('') ? '+' : '.', modes.has('R') ? '+' : '.'];
    return `${write}${read}${write}${read}`;
  }

  /** Most changes are of a task that lets go, or takes what lockdep does not see: those are over at once. */
  facts(change: FactsChange): void {
    const { task } = change.facts;
    if (task === undefined || this.#splat !== undefined) return;
    const known = this.#tasks.get(change.agent);
    if (known !== undefined && !known.pending) {
      if (known.facts === task) return;
      if (this.#isQuiet(known, task)) {
        if (task.holds.length < known.facts.holds.length && known.held.length > 0)
          known.held = known.held.filter(({ hold }) => has(task.holds, hold));
        known.facts = task;
        return;
      }
      known.pending = true;
    }
    this.#pending.push(change);
  }

  /** Whether lockdep has no news of it: no new wait, and each new hold is of something that it does not track. */
  #isQuiet({ facts }: TaskLocks, { holds, waitsFor }: TaskFacts): boolean {
    if (
      waitsFor !== null &&
      waitsFor !== facts.waitsFor &&
      this.#lockOf(waitsFor.resource, waitsFor.lock) !== undefined
    )
      return false;
    if (holds === facts.holds) return true;
    for (const hold of holds)
      if (!has(facts.holds, hold) && this.#lockOf(hold.resource, hold.mode) !== undefined) return false;
    return true;
  }

  /** Within an instant the agents tell in any order: here they go by their names. */
  check(): readonly Finding[] {
    if (this.#pending.length === 0) return NOTHING_FOUND;
    const pending = this.#pending;
    this.#pending = [];
    if (pending.length > 1) pending.sort((a, b) => compareText(a.agent, b.agent));
    for (const change of pending) this.#apply(change);
    return NOTHING_FOUND;
  }

  #apply({ at, agent, facts }: FactsChange): void {
    if (this.#splat !== undefined || facts.task === undefined) return;
    const before = this.#tasks.get(agent);
    if (before !== undefined) before.pending = false;
    if (before?.facts === facts.task) return;
    const { holds, waitsFor } = facts.task;
    const held = (before?.held ?? []).filter(({ hold }) => has(holds, hold));
    for (const hold of holds) {
      if (before !== undefined && has(before.facts.holds, hold)) continue;
      const lock = this.#lockOf(hold.resource, hold.mode);
      if (lock === undefined) continue;
      // Whoever had to wait for it has asked for it then.
      const waited = before?.facts.waitsFor?.resource === hold.resource;
      if (!waited && !lock.tried)
        this.#acquire(
          lock,
          held.map((each) => each.lock),
          { at, agent, stack: [] },
        );
      this.#used(lock);
      held.push({ hold, lock });
    }
    this.#tasks.set(agent, { facts: facts.task, held, pending: false });
    if (waitsFor !== null && waitsFor !== before?.facts.waitsFor) this.#waits(waitsFor, held, { at, agent });
  }

  #waits(wait: Wait, held: TaskLocks['held'], who: { readonly at: VirtualTime; readonly agent: AgentId }): void {
    const asked = wait.mode === 'polling' ? undefined : this.#lockOf(wait.resource, wait.lock);
    if (asked === undefined) return;
    const { stack } = wait;
    const locks = held.map(({ lock }) => lock);
    const inReclaim = RECLAIMERS.some((name) => stack.includes(name)) && stack.includes('super_cache_scan');
    if (inReclaim) {
      const walk = held.findIndex(({ hold }) => hold.resource === SHRINKER_RWSEM);
      const outside = walk < 0 ? locks.length : walk;
      const reclaim = stack.includes('balance_pgdat') ? KSWAPD : DIRECT_RECLAIM;
      this.#acquire(reclaim, locks.slice(0, outside), { ...who, stack });
      this.#used(reclaim);
      locks.splice(outside, 0, reclaim);
    }
    // A writer that waits asks as any other: only a lock that is taken without a wait may have been tried.
    this.#acquire({ ...asked, tried: false }, locks, { ...who, stack });
    this.#used(asked);
  }

  /** check_deadlock and check_prevs_add. */
  #acquire(
    asked: LockdepLock,
    held: readonly LockdepLock[],
    who: Pick<LockdepDependency, 'at' | 'agent' | 'stack'>,
  ): void {
    if (this.#splat !== undefined) return;
    const same = held.find(({ lock }) => lock.class === asked.lock.class);
    if (same !== undefined) {
      this.#splat = { kind: 'recursive', ...who, asked, held, against: same, chain: [] };
      return;
    }
    for (const previous of held.toReversed()) {
      // When it came, nothing led back; what came later was looked at then.
      if (this.#dependencies.get(previous.lock.class)?.has(asked.lock.class)) {
        if (!previous.tried) break;
        continue;
      }
      const chain = this.#path(asked.lock.class, previous.lock.class);
      if (chain !== undefined) {
        this.#splat = { kind: 'circular', ...who, asked, held, against: previous, chain };
        return;
      }
      const known = this.#dependencies.get(previous.lock.class) ?? new Map<string, LockdepDependency>();
      this.#dependencies.set(previous.lock.class, known);
      known.set(asked.lock.class, { previous, next: asked, ...who });
      // It has dependencies of its own on what was held before it.
      if (!previous.tried) break;
    }
  }

  /** Breadth first, as lockdep looks for the shortest circle. No class here is taken as a recursive reader. */
  #path(from: string, to: string): readonly LockdepDependency[] | undefined {
    const cameBy = new Map<string, LockdepDependency>();
    const pending = [from];
    for (let at = pending.shift(); at !== undefined; at = pending.shift())
      for (const [next, dependency] of this.#dependencies.get(at) ?? []) {
        if (cameBy.has(next)) continue;
        cameBy.set(next, dependency);
        if (next === to) return pathTo(from, to, cameBy);
        pending.push(next);
      }
    return undefined;
  }

  #used({ lock, mode }: LockdepLock): void {
    const modes = this.#modes.get(lock.class) ?? new Set<LockMode>();
    this.#modes.set(lock.class, modes.add(mode));
  }

  #lockOf(resource: string, mode: LockMode): LockdepLock | undefined {
    const locks = this.#locks[mode];
    const known = locks.get(resource);
    if (known !== undefined) return known ?? undefined;
    const { lockdep, modes } = this.#names.kind(resource);
    // A lock with readers and writers that is held as neither: lockdep was told that no task has it.
    const lock =
      'untracked' in lockdep || (modes && mode === '')
        ? null
        : { lock: lockdep, mode, tried: mode === 'R' && lockdep.readersTry === true };
    locks.set(resource, lock);
    return lock ?? undefined;
  }
}

/** Functions below which a task holds fs_reclaim. */
const RECLAIMERS = ['balance_pgdat', 'try_to_free_pages'];
const NOTHING_FOUND: readonly Finding[] = [];
const DIRECT_RECLAIM: LockdepLock = { lock: FS_RECLAIM, mode: '', tried: false };
/** Taken by kswapd: the same class from another place. */
const KSWAPD: LockdepLock = { ...DIRECT_RECLAIM, lock: { ...FS_RECLAIM, writeAt: FS_RECLAIM.readAt } };

/** A loop, as it runs at every change of what a task holds. */
function has(holds: readonly Hold[], wanted: Hold): boolean {
  for (const hold of holds)
    if (hold === wanted || (hold.resource === wanted.resource && hold.mode === wanted.mode)) return true;
  return false;
}

function pathTo(from: string, to: string, cameBy: ReadonlyMap<string, LockdepDependency>): LockdepDependency[] {
  const path: LockdepDependency[] = [];
  for (let at = to; at !== from || path.length === 0; ) {
    const dependency = cameBy.get(at);
    if (dependency === undefined) break;
    path.unshift(dependency);
    at = dependency.previous.lock.class;
  }
  return path;
}
