/**
 * The history of waits, holds and queues: what facts said over time, gathered once as they come in, so that a timeline
 * finds the wait in a stretch, the arrows to holders, and how long a queue was.
 */
import type { AgentId, Chunks, FactsChange, VirtualTime } from '@dragon/engine';
import { WaitFacts } from '@dragon/report';
import { type Column, instants } from '../column.ts';
import { firstAfter, type WaitInterval } from '../wait-intervals.ts';
import type { WaitLog } from '../wait-log.ts';
import { ResourceHistory } from './resource-history.ts';

/** While an agent held anything: from, to, from, to, …; of the last one the end may be missing. */
export type HoldSpans = Column<Float64Array<ArrayBuffer>>;

export class WaitHistory {
  readonly resources = new Map<string, ResourceHistory>();
  readonly #holds = new Map<AgentId, HoldSpans>();
  #waits: readonly WaitInterval[] = NO_WAITS;
  readonly #waitsOf = new Map<AgentId, WaitInterval[]>();
  /** Those in the way when both sides of a wait first said so. */
  readonly #holders = new Map<WaitInterval, readonly AgentId[]>();
  readonly #gained = new Set<AgentId>();
  readonly #facts = new WaitFacts((agent) => this.#gained.add(agent));
  #begun = 0;
  #seen = 0;

  /** Takes in what is new in the log. */
  follow(log: WaitLog): void {
    this.#waits = log.intervals.began;
    for (; this.#begun < this.#waits.length; this.#begun += 1) this.#index(this.#waits[this.#begun]);
    for (; this.#seen < log.length; this.#seen += 1) this.#apply(log.change(this.#seen));
  }

  /** In the order in which they began. */
  get waits(): readonly WaitInterval[] {
    return this.#waits;
  }

  waitsOf(agent: AgentId): readonly WaitInterval[] {
    return this.#waitsOf.get(agent) ?? NO_WAITS;
  }

  /** Returns those who were in the way when the wait began. */
  holders(wait: WaitInterval): readonly AgentId[] {
    return this.#holders.get(wait) ?? NOBODY;
  }

  holdsOf(agent: AgentId): HoldSpans | undefined {
    return this.#holds.get(agent);
  }

  /** Returns the wait of an agent that goes on at `t`. */
  waitAt(agent: AgentId, t: VirtualTime): WaitInterval | undefined {
    const waits = this.waitsOf(agent);
    const wait = waits[firstAfter(waits, t) - 1];
    return wait !== undefined && t < wait.to ? wait : undefined;
  }

  #index(wait: WaitInterval | undefined): void {
    if (wait === undefined) return;
    const own = this.#waitsOf.get(wait.agent);
    if (own === undefined) this.#waitsOf.set(wait.agent, [wait]);
    else own.push(wait);
  }

  #apply(change: FactsChange): void {
    const { agent, at, facts } = change;
    this.#facts.apply(change);
    this.#noteHolds(agent, (facts.task?.holds.length ?? 0) > 0, at);
    for (const { resource, holders, waiters } of facts.resources ?? [])
      this.#noteResource(resource, holders, lengthOf(waiters), at);
    for (const gained of this.#gained) this.#noteHolders(gained, at);
    this.#gained.clear();
  }

  #noteHolders(agent: AgentId, at: VirtualTime): void {
    const wait = this.waitAt(agent, at);
    if (wait === undefined || this.#holders.has(wait)) return;
    const holders = this.#facts.blockers(agent);
    if (holders.length > 0) this.#holders.set(wait, holders);
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
    history.note(at, firstOf(holders), queued);
  }
}

const NOBODY: readonly AgentId[] = [];
const NO_WAITS: readonly WaitInterval[] = [];
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
