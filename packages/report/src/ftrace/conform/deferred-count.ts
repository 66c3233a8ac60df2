/** The deferred count of one shrinker on one node, as its calls take and leave it. Linux 6.1 mm/vmscan.c xchg_nr_deferred, add_nr_deferred. */

/**
 * What fits the count that an event printed: exactly ours, or ours with a reason, or not at all (undefined). `ifGroups`: only if the shrinker turns out
 * to keep a count for each of several memory cgroups.
 */
export type Fit = { readonly reason: string | undefined; readonly ifGroups?: true } | undefined;

const EXACT: Fit = { reason: undefined };
const RACE: Fit = { reason: 'two calls of the shrinker at once: effects and events are in another order' };
const GROUP: Fit = { reason: 'each memory cgroup or node has a count of its own' };
const PERHAPS_GROUP: Fit = { reason: 'each memory cgroup or node has a count of its own', ifGroups: true };
const UNKNOWN_YET: Fit = { reason: 'the trace begins, or lacks events, in the middle of it' };

/** Counts left by calls, of which another cgroup may have its own. */
const KEPT = 4096;

export class DeferredCount {
  /** Undefined until an event tells. */
  #value: number | undefined;
  #before: { readonly value: number; readonly pid: number } | undefined;
  readonly #left = new Map<number, number>();
  readonly #perGroup: boolean;
  /** How often a call took what another than the last one had left. */
  groupsSeen = 0;

  constructor(perGroup: boolean) {
    this.#perGroup = perGroup;
  }

  forget(): void {
    this.#value = undefined;
    this.#before = undefined;
    this.#left.clear();
  }

  /** A call took `nr` and left 0. */
  taken(nr: number, pid: number): Fit {
    const [value, before] = [this.#value, this.#before];
    if (value === undefined) {
      this.#set(0, pid);
      return UNKNOWN_YET;
    }
    if (nr === value) {
      this.#use(nr);
      this.#set(0, pid);
      return EXACT;
    }
    // It took the count before another call added to it, and says so after.
    if (before !== undefined && before.pid !== pid && nr === before.value) return RACE;
    this.#set(0, pid);
    if (!this.#perGroup) return undefined;
    if (!this.#left.has(nr)) return PERHAPS_GROUP;
    this.#use(nr);
    this.groupsSeen += 1;
    return GROUP;
  }

  /** A call ended that began unseen; the count is `now`, it says. */
  seen(now: number, pid: number): void {
    this.#set(now, pid);
    this.#keep(now);
  }

  /** A call ended and added `added`; the count is `now`, it says. */
  left(added: number, now: number, pid: number, others: number): Fit {
    const value = this.#value;
    this.#set(now, pid);
    this.#keep(now);
    if (value === undefined) return UNKNOWN_YET;
    if (now === value + added) return EXACT;
    if (now >= added && others > 0) return RACE;
    if (this.#perGroup && (now === added || this.#left.has(now - added))) return GROUP;
    return undefined;
  }

  #set(value: number, pid: number): void {
    this.#before = this.#value === undefined ? undefined : { value: this.#value, pid };
    this.#value = value;
  }

  #keep(value: number): void {
    if (!this.#perGroup || value === 0) return;
    this.#left.set(value, (this.#left.get(value) ?? 0) + 1);
    if (this.#left.size > KEPT)
      for (const oldest of this.#left.keys()) if (this.#left.size > KEPT) this.#left.delete(oldest);
  }

  #use(value: number): void {
    const times = this.#left.get(value);
    if (times === undefined) return;
    if (times === 1) this.#left.delete(value);
    else this.#left.set(value, times - 1);
  }
}
