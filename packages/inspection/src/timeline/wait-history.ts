/**
 * The history of waits, holds and queues: what facts said over time, gathered once as they come in, so that a timeline
 * finds the waits of a stretch, the arrows to holders, and how long a queue was.
 */
import type { AgentId, Chunks, FactsChange, LockMode, VirtualTime } from '@dragon/engine';
import { type Holder, WaitFacts } from '@dragon/report';
import { type Column, instants, places } from '../column.ts';
import type { WaitLog } from '../wait-log.ts';

/** A wait, from its beginning until it ended. */
export interface PastWait {
  readonly agent: AgentId;
  readonly resource: string;
  readonly lock: LockMode;
  readonly from: VirtualTime;
  /** Infinite of one that has not ended. */
  to: VirtualTime;
  /** Those in the way when both sides first said so. */
  holders: readonly AgentId[];
}

/** Stretches of time without a gap: each has an instant at which it begins. */
export class ResourceHistory {
  readonly at: Column<Float64Array<ArrayBuffer>> = instants(8);
  readonly queue: Column<Uint32Array<ArrayBuffer>> = places(8);
  readonly #holders: (readonly Holder[])[] = [];
  /** The longest queue so far. */
  longest = 0;

  note(at: VirtualTime, holders: readonly Holder[], queued: number): void {
    const last = this.#holders.at(-1);
    const same = last !== undefined && this.queue.at(this.queue.length - 1) === queued && equalHolders(last, holders);
    if (same) return;
    this.at.push(at);
    this.queue.push(queued);
    this.#holders.push(same ? last : holders);
    this.longest = Math.max(this.longest, queued);
  }

  holders(stretch: number): readonly Holder[] {
    return this.#holders[stretch] ?? NOBODY;
  }
}

/** While an agent held anything: from, to, from, to, …; of the last one the end may be missing. */
export type HoldSpans = Column<Float64Array<ArrayBuffer>>;

export class WaitHistory {
  /** In the order in which they began. */
  readonly waits: PastWait[] = [];
  /** In the order in which they ended. */
  readonly ended: PastWait[] = [];
  readonly resources = new Map<string, ResourceHistory>();
  readonly #holds = new Map<AgentId, HoldSpans>();
  readonly #waitsOf = new Map<AgentId, PastWait[]>();
  readonly #open = new Map<AgentId, PastWait>();
  readonly #gained = new Set<AgentId>();
  readonly #facts = new WaitFacts((agent) => this.#gained.add(agent));
  #seen = 0;

  /** Takes in what is new in the log. */
  follow(log: WaitLog): void {
    const { changes } = log;
    for (; this.#seen < changes.length; this.#seen += 1) {
      const change = changes[this.#seen];
      if (change !== undefined) this.#apply(change);
    }
  }

  /** Returns the waits that have not ended. */
  open(): Iterable<PastWait> {
    return this.#open.values();
  }

  waitsOf(agent: AgentId): readonly PastWait[] {
    return this.#waitsOf.get(agent) ?? NO_WAITS;
  }

  holdsOf(agent: AgentId): HoldSpans | undefined {
    return this.#holds.get(agent);
  }

  /** Returns the wait of an agent that goes on at `t`. */
  waitAt(agent: AgentId, t: VirtualTime): PastWait | undefined {
    const waits = this.waitsOf(agent);
    const wait = waits[firstAfter(waits, t) - 1];
    return wait !== undefined && t < wait.to ? wait : undefined;
  }

  #apply(change: FactsChange): void {
    const { agent, at, facts } = change;
    this.#facts.apply(change);
    this.#noteWait(agent, at);
    this.#noteHolds(agent, (facts.task?.holds.length ?? 0) > 0, at);
    for (const { resource, holders, waiters } of facts.resources ?? [])
      this.#noteResource(resource, holders, lengthOf(waiters), at);
    for (const gained of this.#gained) this.#noteHolders(gained);
    this.#gained.clear();
  }

  #noteWait(agent: AgentId, at: VirtualTime): void {
    const wait = this.#facts.tasks.get(agent)?.waitsFor ?? undefined;
    const open = this.#open.get(agent);
    if (open?.resource === wait?.resource && open?.lock === wait?.lock) return;
    if (open !== undefined) {
      open.to = at;
      this.ended.push(open);
      this.#open.delete(agent);
    }
    if (wait === undefined) return;
    const begun: PastWait = {
      agent,
      resource: wait.resource,
      lock: wait.lock,
      from: at,
      to: Number.POSITIVE_INFINITY,
      holders: NOBODY_WAITED_FOR,
    };
    this.waits.push(begun);
    this.#open.set(agent, begun);
    const own = this.#waitsOf.get(agent);
    if (own === undefined) this.#waitsOf.set(agent, [begun]);
    else own.push(begun);
  }

  #noteHolders(agent: AgentId): void {
    const open = this.#open.get(agent);
    if (open !== undefined && open.holders.length === 0) open.holders = this.#facts.blockers(agent);
  }

  #noteHolds(agent: AgentId, holds: boolean, at: VirtualTime): void {
    let spans = this.#holds.get(agent);
    if (holds === ((spans?.length ?? 0) % 2 === 1)) return;
    if (spans === undefined) this.#holds.set(agent, (spans = instants(4)));
    spans.push(at);
  }

  #noteResource(resource: string, holders: Chunks<AgentId>, queued: number, at: VirtualTime): void {
    let history = this.resources.get(resource);
    if (history === undefined) this.resources.set(resource, (history = new ResourceHistory()));
    const modeOf = (agent: AgentId): LockMode =>
      this.#facts.tasks.get(agent)?.facts.holds.find((hold) => hold.resource === resource)?.mode ?? '';
    history.note(
      at,
      firstOf(holders).map((agent) => ({ agent, mode: modeOf(agent) })),
      queued,
    );
  }
}

/** Returns the place of the first wait that began after `t`. */
export function firstAfter(waits: readonly PastWait[], t: VirtualTime): number {
  let [low, high] = [0, waits.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((waits[middle]?.from ?? t) <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}

const NOBODY: readonly Holder[] = [];
const NOBODY_WAITED_FOR: readonly AgentId[] = [];
const NO_WAITS: readonly PastWait[] = [];
/** Holders that a lane names or counts: a lock that thousands read is as held as one that nine do. */
const MOST_HOLDERS = 9;

function firstOf(chunks: Chunks<AgentId>): AgentId[] {
  const first: AgentId[] = [];
  for (const chunk of chunks)
    for (const agent of chunk) {
      if (first.length === MOST_HOLDERS) return first;
      first.push(agent);
    }
  return first;
}

const lengthOf = (chunks: Chunks<unknown>): number => chunks.reduce((sum, chunk) => sum + chunk.length, 0);

const equalHolders = (one: readonly Holder[], other: readonly Holder[]): boolean =>
  one.length === other.length && one.every(({ agent }, i) => other[i]?.agent === agent);
