/**
 * Statistics of a federation: how much was moved in its rounds, and what the time of each process went into. Times are
 * of the wall clock, from the first round to the last: no two runs have the same.
 */
import type { Channel } from './channel.ts';
import type { Frame } from './frame.ts';

/** Of a federate that hosted agents. */
export interface FederateStats {
  readonly name: string;
  readonly agents: number;
  readonly events: number;
  /** Windows that it was granted. */
  readonly windows: number;
  /** Frames of events that it sent to other federates. */
  readonly frames: number;
  /** How long it ran its engine: the steps of its agents. */
  readonly stepSeconds: number;
  /** How long it wrote, read and checked frames, and handed them to the link. The rest of the time it waited. */
  readonly wireSeconds: number;
}

export interface FederationStats {
  /** By name. */
  readonly federates: readonly FederateStats[];
  /** How long all rounds took together. */
  readonly seconds: number;
  /** How long the coordinator wrote, read and checked frames, and handed them to the link. */
  readonly wireSeconds: number;
  /** How long it merged what was reported, asked the finders, and computed bounds. The rest of the time it waited. */
  readonly mergeSeconds: number;
}

/** Counts while the rounds go on, from when it is made. */
export class StatsTally {
  readonly #channel: Pick<Channel, 'wireMs'>;
  readonly #wireBeforeMs: number;
  readonly #startedMs = performance.now();
  readonly #windows = new Map<string, number>();
  readonly #frames = new Map<string, number>();
  #roundMs = 0;

  /** `channel` is the coordinator's. */
  constructor(channel: Pick<Channel, 'wireMs'>) {
    this.#channel = channel;
    this.#wireBeforeMs = channel.wireMs;
  }

  /** Asks for the reports of a round, and counts them. */
  async round<Report extends Pick<Frame<'report'>, 'from' | 'sent'>>(ask: () => Promise<Report[]>): Promise<Report[]> {
    const startedMs = performance.now();
    const all = await ask();
    this.#roundMs += performance.now() - startedMs;
    for (const { from, sent } of all) {
      this.#windows.set(from, (this.#windows.get(from) ?? 0) + 1);
      this.#frames.set(from, (this.#frames.get(from) ?? 0) + sent.length);
    }
    return all;
  }

  /** To be called when the rounds are over. Returns a function from what all federates say at the end to the whole. */
  over(): (finished: readonly Frame<'finished'>[]) => FederationStats {
    const ms = performance.now() - this.#startedMs;
    const wireSeconds = (this.#channel.wireMs - this.#wireBeforeMs) / 1_000;
    return (finished) => ({
      seconds: ms / 1_000,
      wireSeconds,
      mergeSeconds: (ms - this.#roundMs) / 1_000,
      federates: finished.map(({ from: name, digests, processed: events, stepUs, wireUs }) => ({
        name,
        agents: digests.length,
        events,
        windows: this.#windows.get(name) ?? 0,
        frames: this.#frames.get(name) ?? 0,
        stepSeconds: stepUs / 1_000_000,
        wireSeconds: wireUs / 1_000_000,
      })),
    });
  }
}
