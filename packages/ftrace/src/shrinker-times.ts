/** Times that tasks spend inside shrinkers, and in which lock: what a stalled machine's owner asks first. */
import type { VirtualTime } from '@dragon/engine';
import type { RecordedEvent } from './kernel-event.ts';
import type { ShrinkerCall } from './shrinker-calls.ts';

/** Calls of one shrinker by the tasks of one name. Times are nanoseconds. */
export type ShrinkerTime = {
  readonly task: string;
  readonly shrinker: string;
  readonly calls: number;
  readonly scanned: number;
  readonly time: VirtualTime;
  /** The longest calls, the longest first. */
  readonly longest: readonly VirtualTime[];
};

/**
 * Whether shrinker_rwsem is held during a call: until 6.6 it is, since 6.7 no lock is (mm/shrinker.c), and some traces
 * do not tell the kernel's version.
 */
export type ShrinkerLock = 'held' | 'held-before-6.7' | 'none';

const LONGEST = 3;
const MOST = 10_000;

type Sum = { task: string; shrinker: string; calls: number; scanned: number; time: number; longest: number[] };

export class ShrinkerTimes {
  /** By task, then by shrinker. */
  readonly #sums = new Map<string, Map<string, Sum>>();
  #count = 0;

  add(task: string, { shrinker, time, scanned, inner }: ShrinkerCall): void {
    let ofTask = this.#sums.get(task);
    let sum = ofTask?.get(shrinker);
    if (sum === undefined) {
      if (this.#count >= MOST) return;
      this.#count += 1;
      ofTask ??= new Map();
      this.#sums.set(task, ofTask);
      sum = { task, shrinker, calls: 0, scanned: 0, time: 0, longest: [] };
      ofTask.set(shrinker, sum);
    }
    sum.calls += 1;
    sum.scanned += scanned;
    if (inner) return;
    sum.time += time;
    if (sum.longest.length === LONGEST && time <= (sum.longest.at(-1) ?? 0)) return;
    sum.longest.push(time);
    sum.longest.sort((a, b) => b - a);
    sum.longest.length = Math.min(LONGEST, sum.longest.length);
  }

  /** Returns the sums, the longest first. */
  result(): ShrinkerTime[] {
    return [...this.#sums.values()].flatMap((each) => [...each.values()]).sort((a, b) => b.time - a.time);
  }
}

/** Signs of the kernel's version in the calls of shrinkers. */
export class LockSigns {
  #release: readonly [major: number, minor: number] | undefined;
  #lock: ShrinkerLock = 'held-before-6.7';

  /** A trace's head may say it: `6.1.192-amd64`. */
  writtenBy(release: string): void {
    const [major, minor] = release.split('.').map((part) => Number.parseInt(part, 10));
    if (major !== undefined && minor !== undefined && !Number.isNaN(major + minor)) this.#release = [major, minor];
  }

  begin({ fields, flags }: RecordedEvent<'mm_shrink_slab_start'>): void {
    if (this.#lock !== 'held-before-6.7') return;
    if (fields.memcgId !== undefined) this.#lock = 'none';
    // Without the priority it is before 4.16, with four flags (no migrate-disable) before 5.12.
    else if (fields.pgsScanned !== undefined || flags.length === 4) this.#lock = 'held';
  }

  get lock(): ShrinkerLock {
    if (this.#release === undefined) return this.#lock;
    const [major, minor] = this.#release;
    return major > 6 || (major === 6 && minor >= 7) ? 'none' : 'held';
  }
}
