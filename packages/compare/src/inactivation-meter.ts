/** Counter of inactivated inodes: how many, and how quickly, whoever did it. */
import type { VirtualTime } from '@dragon/engine';
import type { KernelHit } from '@dragon/kernel';

export interface Inactivated {
  readonly inodes: number;
  /** From the first inode queued (or, where nothing is queued, taken up) to the last one done. */
  readonly spanNs: number;
}

/** An inode that was clean becomes reclaimable, too: what counts is one that was taken up before. */
export class InactivationMeter {
  /**
   * Inodes in the middle of their inactivation: at most a few, one for each thread that can do it. First inode -> how
   * many.
   */
  readonly #taken = new Map<number, number>();
  #from: VirtualTime | undefined;
  #until: VirtualTime = 0;
  #inodes = 0;

  hit({ at, event, fields }: KernelHit): void {
    switch (event) {
      case 'xfs_inode_set_need_inactive':
      case 'xfs_inodegc_queue':
        this.#from ??= at;
        break;
      case 'xfs_inode_inactivating':
        this.#from ??= at;
        this.#taken.set(fields.ino, fields.count ?? 1);
        break;
      case 'xfs_inode_set_reclaimable':
        this.#reclaimable(fields.ino, fields.ino + fields.count, at);
        break;
      default:
    }
  }

  /** Returns null if no inode was inactivated. */
  finish(): Inactivated | null {
    return this.#inodes === 0 ? null : { inodes: this.#inodes, spanNs: this.#until - (this.#from ?? 0) };
  }

  #reclaimable(first: number, end: number, at: VirtualTime): void {
    for (const [ino, count] of this.#taken) {
      const done = Math.min(end, ino + count) - Math.max(first, ino);
      if (done <= 0) continue;
      this.#inodes += done;
      this.#until = at;
      this.#taken.delete(ino);
      // Runs are done from either end: what is left of one lies on one side of what was done.
      if (first > ino) this.#taken.set(ino, first - ino);
      if (end < ino + count) this.#taken.set(end, ino + count - end);
    }
  }
}
