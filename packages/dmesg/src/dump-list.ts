/** Dumps and warnings of a log in their order, while it is read: the dump that is filled now, and those before it. */
import { DumpBuilder } from './dump-builder.ts';
import type { KernelDump, LockdepSplat, ShownTask } from './shown-task.ts';

/** Older ones are dropped, and counted. */
const MOST_DUMPS = 32;
/** Later ones are only counted. */
const MOST_SPLATS = 100;
/** Frames kept in all dumps together. */
const FRAME_BUDGET = 1_000_000;

export class DumpList {
  readonly dumps: KernelDump[] = [];
  readonly splats: LockdepSplat[] = [];
  now = new DumpBuilder(1, 0, undefined, false);
  leftOut = 0;
  #frames = 0;

  /** Adds a task to the dump that is filled now. */
  add(task: ShownTask): void {
    this.#frames += task.frames.length;
    if (this.#frames > FRAME_BUDGET) this.leftOut += 1;
    else this.now.add(task);
  }

  addSplat(splat: LockdepSplat): void {
    if (this.splats.length < MOST_SPLATS) this.splats.push(splat);
    else this.leftOut += 1;
  }

  /** Begins another dump, at that line. `complete`: sysrq shows all tasks there. */
  next(line: number, complete: boolean): void {
    const { boot, release } = this.now;
    if (!this.now.isEmpty) {
      this.dumps.push(this.now.result());
      this.leftOut += this.now.leftOut;
      if (this.dumps.length > MOST_DUMPS) {
        const [dropped] = this.dumps.splice(0, 1);
        for (const { frames } of dropped?.tasks ?? []) this.#frames -= frames.length;
        this.leftOut += 1;
      }
    }
    this.now = new DumpBuilder(line, boot, release, complete);
  }

  /** What is filled from here on is of another boot; `release` undefined: of the same kernel, as far as is known. */
  newBoot(release: string | undefined): void {
    const { line, boot, complete } = this.now;
    this.now = new DumpBuilder(line, boot + 1, release ?? this.now.release, complete);
  }
}
