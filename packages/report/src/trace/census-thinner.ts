/**
 * The census of a trace, thinned so that it is a small part of the trace: of a stretch of the run that changes much,
 * fewer instants are kept. What is kept is what the census says at that instant, not an average. How much is left out
 * depends on the run alone.
 */
import {
  type AgentId,
  type Census,
  CENSUS_PERIOD,
  type CensusSample,
  compareText,
  kindOf,
  type VirtualTime,
} from '@dragon/engine';
import type { CensusDelta } from './census-columns.ts';

/** So many changes of numbers are kept of a kind of agent in any case: a short run is seen in all its detail. */
const AT_FIRST = 512;
/** And one for so many rows; what a stretch of the run does not need is left for those after it. */
const ROWS_A_CHANGE = 24;

/**
 * Thins each kind of agent by itself: that of thousands of workers not one is told often is no reason to say seldom how
 * much memory is free. The instants of each are also those of the others that are told more often.
 */
export class CensusThinner {
  readonly #kinds = new Map<string, KindThinner>();

  get isEmpty(): boolean {
    return [...this.#kinds.values()].every(({ isEmpty }) => isEmpty);
  }

  /** Takes samples in the order of time. */
  take(sample: CensusSample): void {
    const kind = kindOf(sample.agent);
    let ofKind = this.#kinds.get(kind);
    if (ofKind === undefined) this.#kinds.set(kind, (ofKind = new KindThinner()));
    ofKind.take(sample);
  }

  /**
   * Returns the changes up to `to`, which has so many rows since the last call. What falls between the last instant
   * that is kept and `to` comes with the next call.
   */
  until(to: VirtualTime, rows: number): CensusDelta[] {
    return [...this.#kinds.values()].flatMap((kind) => kind.until(to, rows)).sort(inOrder);
  }

  /** Returns all that is left: the run is over. */
  rest(): CensusDelta[] {
    return [...this.#kinds.values()].flatMap((kind) => kind.rest()).sort(inOrder);
  }
}

class KindThinner {
  readonly #told = new Map<AgentId, Census>();
  /** Samples that have not been handed out, in the order of time. */
  #waiting: CensusSample[] = [];
  #to: VirtualTime = 0;
  /** How many changes of numbers may be kept yet. */
  #allowed = AT_FIRST;

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  take(sample: CensusSample): void {
    this.#waiting.push(sample);
  }

  until(to: VirtualTime, rows: number): CensusDelta[] {
    this.#allowed += Math.floor(rows / ROWS_A_CHANGE);
    const due = this.#waiting.filter(({ at }) => at <= to);
    const later = this.#waiting.filter(({ at }) => at > to);
    for (let period = CENSUS_PERIOD; ; period *= 2) {
      const { kept, left } = this.#thinned(due, period, to);
      const changes = this.#changes(kept);
      // What there is at the start is kept in any case.
      const count = changes.reduce((sum, { at, numbers }) => (at === 0 ? sum : sum + Object.keys(numbers).length), 0);
      if (count > this.#allowed && period <= to) continue;
      this.#allowed -= count;
      this.#keep(kept, [...left, ...later], to);
      return changes;
    }
  }

  rest(): CensusDelta[] {
    const at = Math.max(this.#to, this.#waiting.at(-1)?.at ?? 0);
    const last = new Map(this.#waiting.map((sample) => [sample.agent, { ...sample, at }]));
    const kept = [...last.values()].sort(inOrder);
    const changes = this.#changes(kept);
    this.#keep(kept, [], at);
    return changes;
  }

  #keep(kept: readonly CensusSample[], waiting: CensusSample[], to: VirtualTime): void {
    for (const { agent, numbers } of kept) this.#told.set(agent, numbers);
    this.#waiting = waiting;
    this.#to = to;
  }

  /** The last sample of each agent at or before an instant of the coarser grid is what it says there. */
  #thinned(due: readonly CensusSample[], period: VirtualTime, to: VirtualTime) {
    const kept = new Map<string, CensusSample>();
    const left = new Map<AgentId, CensusSample>();
    for (const sample of due) {
      // What came too late for the grid before is not told in the past.
      const at = Math.ceil(Math.max(sample.at, this.#to) / period) * period;
      if (at > to) left.set(sample.agent, sample);
      else kept.set(`${at} ${sample.agent}`, { ...sample, at });
    }
    return { kept: [...kept.values()].sort(inOrder), left: left.values() };
  }

  #changes(samples: readonly CensusSample[]): CensusDelta[] {
    const known = new Map<AgentId, Census>();
    const changes: CensusDelta[] = [];
    for (const { at, agent, numbers } of samples) {
      const before = known.get(agent) ?? this.#told.get(agent) ?? {};
      known.set(agent, numbers);
      const gone = Object.keys(before).filter((name) => numbers[name] === undefined);
      const others = Object.entries(numbers).filter(([name, number]) => before[name] !== number);
      if (gone.length + others.length === 0) continue;
      changes.push({
        at,
        agent,
        numbers: Object.fromEntries([...others, ...gone.map((name) => [name, null] as const)]),
      });
    }
    return changes;
  }
}

type Said = Pick<CensusSample, 'at' | 'agent'>;

const inOrder = (a: Said, b: Said): number => a.at - b.at || compareText(a.agent, b.agent);
