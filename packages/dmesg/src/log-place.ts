/** Where the lines of one caller of the log stand: in which task, in which warning, in which list. */
import type { LockdepReader } from './lockdep-reader.ts';
import type { ListedLock, ShownTask, StackFrame } from './shown-task.ts';

/** A task whose lines are still being read; one that is not kept is passed over at its end. */
type OpenTask = { -readonly [key in keyof ShownTask]: ShownTask[key] } & { frames: StackFrame[]; keep: boolean };

export interface Place {
  task: OpenTask | undefined;
  interrupt: boolean;
  /** Behind `<TASK>`, and no frame with an offset so far: names alone may be frames. */
  marked: boolean;
  /** The next backtrace is that of a warning, not of a CPU that was asked what it does. */
  aside: boolean;
  splat: LockdepReader | undefined;
  locks: ListedLock[] | undefined;
  status: { name?: string; state?: string };
}

/** The place of a caller of whom nothing was read. */
const newPlace = (): Place => ({
  task: undefined,
  interrupt: false,
  marked: false,
  aside: false,
  splat: undefined,
  locks: undefined,
  status: {},
});

/** More callers than this are not told apart from others. */
const MOST_CALLERS = 1_024;

/** The place of each caller. */
export class Places {
  readonly #places = new Map<string, Place>();

  of(caller: string): Place {
    const known = this.#places.get(caller);
    if (known !== undefined) return known;
    const place = newPlace();
    if (this.#places.size < MOST_CALLERS) this.#places.set(caller, place);
    return place;
  }

  all(): Iterable<Place> {
    return this.#places.values();
  }
}

/** dump_stack in a backtrace: its task stopped to print it, and went on. */
const MOMENTARY = new Set(['dump_stack', 'dump_stack_lvl', '__warn', 'dump_header', 'warn_alloc', 'check_noncircular']);

/** Returns whether the backtrace is of a moment, and says nothing of where its task is now. */
export function isMomentary(frames: readonly StackFrame[]): boolean {
  return frames.some(({ symbol }) => MOMENTARY.has(symbol));
}
