/**
 * The time manager of a federation: keeps the next event of each federate and the frames on their way, and grants each
 * federate as much virtual time as no event can reach any more.
 */
import { type Distances, lowerBounds, NEVER, type VirtualTime } from '@dragon/engine';
import type { Body } from './frame.ts';

type Outcome = Pick<Body<'placed'>, 'next' | 'sent'>;

interface OnItsWay {
  readonly from: number;
  readonly seq: number;
  readonly minAt: VirtualTime;
}

interface FederateClock {
  /** Its earliest pending event, or NEVER. */
  next: VirtualTime;
  /** Frames to this federate that no grant has named yet. */
  onTheirWay: OnItsWay[];
  /** Frames to it that its last grant named, and that its report will confirm. */
  granted: OnItsWay[];
  /** Frames it sent that have arrived since its last grant: the last seq by receiver. */
  acked: Map<number, number>;
}

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
  readonly #stopped = new Set<number>();

  constructor(names: readonly string[], distances: Distances) {
    this.#names = names;
    this.#indexes = new Map(names.map((name, index) => [name, index]));
    this.#distances = distances;
    this.#clocks = names.map(() => ({ next: NEVER, onTheirWay: [], granted: [], acked: new Map() }));
  }

  /** Takes what a federate says after a window. Its report confirms every frame that its grant named. */
  reported(federate: number, { next, sent }: Outcome): void {
    const clock = this.#clock(federate);
    clock.next = next;
    for (const { from, seq } of clock.granted) this.#clock(from).acked.set(federate, seq);
    clock.granted = [];
    for (const { to, seq, minAt } of sent) {
      const receiver = this.#indexes.get(to);
      if (receiver === undefined)
        throw new Error(`${this.#names[federate]} sent events to ${to}, who is not in the run`);
      this.#clock(receiver).onTheirWay.push({ from: federate, seq, minAt });
    }
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

  #grant(federate: number, window: number, lbts: VirtualTime): Body<'grant'> {
    const clock = this.#clock(federate);
    clock.granted = clock.onTheirWay;
    clock.onTheirWay = [];
    const expect = new Map<number, number>();
    for (const { from, seq } of clock.granted) expect.set(from, seq);
    const acked = clock.acked;
    clock.acked = new Map();
    return { kind: 'grant', window, lbts, expect: this.#named(expect), acked: this.#named(acked) };
  }

  #named(seqs: ReadonlyMap<number, number>): { name: string; seq: number }[] {
    return [...seqs].map(([index, seq]) => ({ name: this.#names[index] ?? '', seq }));
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
