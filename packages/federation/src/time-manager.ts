/**
 * The time manager of a federation: keeps the next event of each federate and the frames on their way, and grants each
 * federate as much virtual time as no event can reach any more.
 */
import { type Distances, lowerBounds, NEVER, type VirtualTime } from '@dragon/engine';
import { wrongFrame } from './federation-error.ts';
import type { Body } from './frame.ts';
import type { Expected } from './inbox.ts';
import type { BatchReport, Sent } from './outbox.ts';

type Outcome = Pick<Body<'placed'>, 'next' | 'sent' | 'processed' | 'fault' | 'changes' | 'hits' | 'lines'> &
  Partial<Pick<Body<'report'>, 'rows'>>;

interface OnItsWay extends BatchReport {
  readonly from: number;
}

interface FederateClock {
  /** Its earliest pending event, or NEVER. */
  next: VirtualTime;
  /** Frames to this federate that no grant has named yet. */
  onTheirWay: OnItsWay[];
  /** Frames to it that its last grant named, and that its report will confirm. */
  granted: OnItsWay[];
  /** Nothing that it does in the granted window is earlier, and nothing it says afterwards may be. */
  floor: VirtualTime;
  /** The last window that it was granted. */
  window: number;
  /** The end of the granted window. */
  lbts: VirtualTime;
  /** Events that it has processed. */
  processed: number;
  /** The last seq that it sent, by receiver. */
  readonly seqs: Map<number, number>;
  /** Frames it sent that have arrived, and of which it was not told yet: the last seq by receiver. */
  readonly acked: Map<number, number>;
}

/** What it knows between two rounds, as data. */
export interface SavedTime {
  readonly clocks: readonly {
    readonly next: VirtualTime;
    readonly onTheirWay: readonly OnItsWay[];
    readonly window: number;
    readonly processed: number;
    readonly seqs: Seqs;
    readonly acked: Seqs;
  }[];
  readonly stopped: readonly number[];
}
type Seqs = readonly (readonly [federate: number, seq: number])[];

/** One grant of a round. */
export interface Grant {
  readonly federate: number;
  readonly body: Body<'grant'>;
}

export class TimeManager {
  readonly #names: readonly string[];
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #distances: Distances;
  readonly #clocks: FederateClock[];
  readonly #stopped: Set<number>;
  readonly #tellsArrivals: boolean;

  /** `tellsArrivals`: whether grants say which frames have arrived, so that their senders may forget them. */
  constructor(names: readonly string[], distances: Distances, tellsArrivals = true, saved?: SavedTime) {
    this.#names = names;
    this.#indexes = new Map(names.map((name, index) => [name, index]));
    this.#distances = distances;
    this.#tellsArrivals = tellsArrivals;
    this.#stopped = new Set(saved?.stopped);
    this.#clocks = names.map((_, index) => {
      const {
        next = NEVER,
        onTheirWay = [],
        window = 0,
        processed = -1,
        seqs = [],
        acked = [],
      } = saved?.clocks[index] ?? {};
      return {
        next,
        onTheirWay: [...onTheirWay],
        granted: [],
        floor: 0,
        window,
        lbts: 0,
        processed,
        seqs: new Map(seqs),
        acked: new Map(acked),
      };
    });
  }

  /** To be called between two rounds. */
  save(): SavedTime {
    return {
      clocks: this.#clocks.map(({ next, onTheirWay, window, processed, seqs, acked }) => ({
        next,
        onTheirWay: [...onTheirWay],
        window,
        processed,
        seqs: [...seqs],
        acked: [...acked],
      })),
      stopped: [...this.#stopped],
    };
  }

  /**
   * Takes what a federate says after a window. Its report confirms every frame that its grant named. Throws
   * `wrong-frame` if it cannot be true.
   */
  reported(federate: number, outcome: Outcome): void {
    const { next, sent, processed } = outcome;
    const clock = this.#clock(federate);
    const lie = lieOf(clock, outcome);
    if (lie !== undefined) throw wrongFrame(this.#names[federate] ?? '', lie);
    clock.next = next;
    clock.processed = processed;
    for (const { from, seq } of clock.granted) this.#clock(from).acked.set(federate, seq);
    clock.granted = [];
    for (const batch of sent) this.#sent(federate, batch);
  }

  /** Takes what a federate says at the end of the run. Throws `wrong-frame` if it cannot be true. */
  finished(
    federate: number,
    { next, processed }: Pick<Body<'finished'>, 'next' | 'processed'>,
    end: VirtualTime,
  ): void {
    const clock = this.#clock(federate);
    const name = this.#names[federate] ?? '';
    if (processed !== clock.processed)
      throw wrongFrame(name, `has processed ${processed} events at the end, but reported ${clock.processed}`);
    if (next < end) throw wrongFrame(name, `still has an event at ${next} ns, but reported that it had none before`);
  }

  /** A federate with a broken agent stands still: it gets no more grants. */
  stop(federate: number): void {
    this.#stopped.add(federate);
  }

  /** Returns the instant before which nothing can happen any more (GVT). */
  gvt(): VirtualTime {
    return Math.min(NEVER, ...this.#nexts());
  }

  /** Returns the grants of the next round: one for each federate that has an event it may process. */
  grants(window: number, longest: VirtualTime, end: VirtualTime): Grant[] {
    const nexts = this.#nexts();
    const bounds = lowerBounds(nexts, this.#distances, longest, end);
    const grants: Grant[] = [];
    for (const [federate, next] of nexts.entries()) {
      const lbts = bounds[federate] ?? 0;
      if (next >= lbts || this.#stopped.has(federate)) continue;
      grants.push({ federate, body: this.#grant(federate, window, lbts) });
    }
    return grants;
  }

  /** Returns the grants of a round that was granted before, by whoever went on from where this one does. */
  again(window: number, granted: readonly (readonly [federate: number, lbts: VirtualTime])[]): Grant[] {
    return granted.map(([federate, lbts]) => ({ federate, body: this.#grant(federate, window, lbts) }));
  }

  /** Returns up to which frame what a federate sent to others has arrived there. */
  arrived(federate: number): { name: string; seq: number }[] {
    return this.#named(this.#clock(federate).acked);
  }

  /** Returns the last window that a federate was granted. */
  window(federate: number): number {
    return this.#clock(federate).window;
  }

  #grant(federate: number, window: number, lbts: VirtualTime): Body<'grant'> {
    const clock = this.#clock(federate);
    clock.granted = clock.onTheirWay;
    clock.onTheirWay = [];
    clock.floor = clock.granted.reduce((floor, { minAt }) => Math.min(floor, minAt), clock.next);
    clock.lbts = lbts;
    const after = clock.window;
    clock.window = window;
    const expect = clock.granted.map(
      ({ from, seq, count, minAt, tag }): Expected => ({ name: this.#names[from] ?? '', seq, count, minAt, tag }),
    );
    const acked = this.#tellsArrivals ? this.#named(clock.acked) : [];
    if (this.#tellsArrivals) clock.acked.clear();
    return { kind: 'grant', window, after, lbts, expect, acked };
  }

  #named(seqs: ReadonlyMap<number, number>): { name: string; seq: number }[] {
    return [...seqs].map(([index, seq]) => ({ name: this.#names[index] ?? '', seq }));
  }

  #sent(federate: number, { to, seq, count, minAt, tag }: Sent): void {
    const clock = this.#clock(federate);
    const name = this.#names[federate] ?? '';
    const receiver = this.#indexes.get(to);
    if (receiver === undefined || receiver === federate)
      throw wrongFrame(name, `sent events to ${to}, which is not another federate of this run`);
    const before = clock.seqs.get(receiver) ?? 0;
    if (seq !== before + 1) throw wrongFrame(name, `reports events frame ${seq} to ${to} after frame ${before}`);
    if (count === 0) throw wrongFrame(name, `reports an events frame to ${to} without events`);
    // No message is faster, so an earlier one would be the doing of something before the first that it spoke of.
    const earliest = clock.floor + (this.#distances[federate]?.[receiver] ?? NEVER);
    if (minAt < earliest)
      throw wrongFrame(
        name,
        `reports an event for ${to} at ${minAt} ns, but nothing of its doing can come there before ${earliest} ns`,
      );
    clock.seqs.set(receiver, seq);
    this.#clock(receiver).onTheirWay.push({ from: federate, seq, count, minAt, tag });
  }

  /** Valid between rounds only: frames in `granted` have been taken by then. */
  #nexts(): VirtualTime[] {
    return this.#clocks.map(({ next, onTheirWay }) => onTheirWay.reduce((at, { minAt }) => Math.min(at, minAt), next));
  }

  #clock(federate: number): FederateClock {
    const clock = this.#clocks[federate];
    if (clock === undefined) throw new Error(`there is no federate ${federate}`);
    return clock;
  }
}

/** Returns what in a report contradicts what was reported and granted before, in words; undefined if nothing does. */
function lieOf({ floor, lbts, processed }: FederateClock, outcome: Outcome): string | undefined {
  const { next, fault, changes, hits, lines, rows = [] } = outcome;
  if (next < floor) return `reports that its next event is at ${next} ns, but said before that it is at ${floor} ns`;
  if (fault === null && outcome.processed <= processed)
    return `was granted a window in which it has an event at ${floor} ns, and processed none`;
  // What agents do while they start is in no window.
  const end = processed < 0 ? NEVER : lbts;
  const at =
    changes.find((change) => change.at < floor || change.at >= end)?.at ??
    [hits, lines, rows].map((said) => outsideOf(said, floor, end)).find((outside) => outside !== undefined);
  return at === undefined
    ? undefined
    : `reports what happened at ${at} ns, which is not in its window from ${floor} to ${lbts} ns`;
}

/** Returns the first instant that is not in the window; without copies, for rows are many. */
function outsideOf(
  said: readonly (readonly [at: VirtualTime, ...unknown[]])[],
  floor: VirtualTime,
  end: VirtualTime,
): VirtualTime | undefined {
  for (const [at] of said) if (at < floor || at >= end) return at;
  return undefined;
}
