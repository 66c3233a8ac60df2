/** Tracks of a Perfetto trace below that of a thread: what it waits for, and each lock while it holds it. */
import type { FactsChange, TaskFacts } from '@dragon/engine';
import type { ResourceNames } from '@dragon/report';
import type { TrackNumbers } from './thread-tracks.ts';
import { EVENT_TYPE, type TracePackets } from './trace-packets.ts';

export interface WaitTracksOptions {
  readonly packets: TracePackets;
  readonly numbers: TrackNumbers;
  readonly resources: ResourceNames;
  /** The thread's own track. */
  readonly parent: number;
}

interface SliceTrack {
  readonly uuid: number;
  /** The words of the slice that has begun and not ended. */
  open: string | undefined;
}

export class WaitTracks {
  readonly #options: WaitTracksOptions;
  /** By the name of the track: `waits`, or what the lock is called. */
  readonly #tracks = new Map<string, SliceTrack>();

  constructor(options: WaitTracksOptions) {
    this.#options = options;
  }

  change({ at, facts }: FactsChange): void {
    const now = this.#slices(facts.task);
    for (const [name, track] of this.#tracks) {
      if (track.open === undefined || now.get(name) === track.open) continue;
      this.#options.packets.event({ type: EVENT_TYPE.end, at, track: track.uuid });
      track.open = undefined;
    }
    for (const [name, words] of now) {
      const track = this.#track(name);
      if (track.open !== undefined) continue;
      this.#options.packets.event({ type: EVENT_TYPE.begin, at, track: track.uuid, name: words });
      track.open = words;
    }
  }

  /** Returns the slices that there are now, by track. */
  #slices(task: TaskFacts | undefined): Map<string, string> {
    const { resources } = this.#options;
    const slices = new Map<string, string>();
    if (task?.waitsFor) slices.set('waits', `waits for ${resources.wait(task.waitsFor)}`);
    for (const hold of task?.holds ?? []) slices.set(resources.noun(hold.resource), resources.hold(hold));
    return slices;
  }

  #track(name: string): SliceTrack {
    const known = this.#tracks.get(name);
    if (known !== undefined) return known;
    const { packets, numbers, parent } = this.#options;
    const track: SliceTrack = { uuid: numbers.next(), open: undefined };
    this.#tracks.set(name, track);
    packets.track({ uuid: track.uuid, parent, name });
    return track;
  }
}
