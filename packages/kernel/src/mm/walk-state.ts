/** The state of a walk of shrink_slab, which a thread keeps in its context; what changes it is in `slab-walk.ts`. */
import type { TaskMessage } from '../messages.ts';
import type { InodeRun } from '../xfs/inode.ts';
import type { ShrinkerInfo, SlabScan } from './do-shrink-slab.ts';

export type SlabWalk = {
  /** What the walk holds: the lock of the list, the reference to the shrinker at hand; null for what is not kept. */
  readonly lock: string | null;
  readonly reference: string | null;
  /** The scan call at hand went into the superblock and holds s_umount. */
  readonly inside: boolean;
  /** The shrinker at hand, and what the next one is reached from. */
  readonly shrinker: ShrinkerInfo | null;
  readonly nrDeferred: number;
  readonly scan: SlabScan | null;
  /** What scan_objects isolated and this thread must still evict. */
  readonly dispose: readonly InodeRun[];
  /** Evicted, and on their way to an inodegc queue. */
  readonly evicted: readonly InodeRun[];
  /** What scan_objects answered. */
  readonly answer: ScanAnswer;
  readonly asked: number;
  /** A shrinker that needs no __GFP_FS counted something. */
  readonly anyNofs: boolean;
  /** Inodes that xfs_reclaim_inodes_nr looked at in this scan call, and those of them that it freed. */
  readonly looked: number;
  readonly reclaimed: number;
  /** A timed wait ran out, or a debt was noted, in this scan call. */
  readonly disarmed: boolean;
  /** CPUs whose worker this thread must wait for once it is outside (throttle=outside-rwsem, allocators). */
  readonly debts: readonly number[];
  /** Objects freed by the whole walk, as drop_slab reads it: dentries, inodes, buffers. */
  readonly freed: number;
  /** Pages that the whole walk gave back in this thread's own context: `reclaim_state->reclaimed_slab`. */
  readonly credit: number;
};

export type ObjectsScanned = Extract<TaskMessage, { type: 'task.objectsScanned' }>;
type ScanAnswer = Pick<ObjectsScanned, 'freed' | 'stop' | 'dentries' | 'fsShare'> & {
  /** Inodes of an NFS client that are still to be evicted, and whether a server is asked for each. */
  readonly remote: number;
  readonly askServer: boolean;
};

export const NO_ANSWER: ScanAnswer = {
  freed: 0,
  stop: false,
  dentries: 0,
  fsShare: 0,
  remote: 0,
  askServer: false,
};

export const NEW_WALK: SlabWalk = {
  lock: null,
  reference: null,
  inside: false,
  shrinker: null,
  nrDeferred: 0,
  scan: null,
  dispose: [],
  evicted: [],
  answer: NO_ANSWER,
  asked: 0,
  anyNofs: false,
  looked: 0,
  reclaimed: 0,
  disarmed: false,
  debts: [],
  freed: 0,
  credit: 0,
};

/** Returns the walk with a change. Spelled out, since a spread of so many keys costs several times as much. */
export function walkChanged(walk: SlabWalk, change: Partial<SlabWalk>): SlabWalk {
  const copy: SlabWalk = {
    lock: walk.lock,
    reference: walk.reference,
    inside: walk.inside,
    shrinker: walk.shrinker,
    nrDeferred: walk.nrDeferred,
    scan: walk.scan,
    dispose: walk.dispose,
    evicted: walk.evicted,
    answer: walk.answer,
    asked: walk.asked,
    anyNofs: walk.anyNofs,
    looked: walk.looked,
    reclaimed: walk.reclaimed,
    disarmed: walk.disarmed,
    debts: walk.debts,
    freed: walk.freed,
    credit: walk.credit,
  };
  return Object.assign(copy, change);
}
