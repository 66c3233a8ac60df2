/**
 * Memory that logged inodes hold beside their own, and when it goes: see the kernel package's log-items.ts. What
 * evictors allocate who inactivate inodes themselves (throttle=inline) is left out.
 */
import {
  addInodes,
  BUSY_EXTENT,
  type InodeCacheMessage,
  type InodeRun,
  INTENT,
  LOG_ITEM_BYTES,
  LOG_VECTOR,
  removeInodes,
  splitBySet,
  toMemory,
} from '@dragon/kernel';
import type { Effect } from '@dragon/engine';
import { inCil } from './checkpoint.ts';
import type { CacheAnswer, Change, InodeCacheContext } from './cache-state.ts';

type SetReclaimable = Extract<InodeCacheMessage, { type: 'inodeCache.setReclaimable' }>;

/** Inodes with an xfs_ili, a shadow of a log vector with each; and pages of the former. */
export type LogItemsHeld = Pick<InodeCacheContext, 'logged' | 'itemPages'>;

/**
 * What is held until something happens to the CIL: intents until the push, vectors and busy extents until the commit.
 */
type Pinned = Pick<InodeCacheContext, 'node' | 'policy' | 'cil' | 'checkpoints'>;

const isHeld = ({ policy }: Pick<InodeCacheContext, 'policy'>): boolean => policy.throttle.kind !== 'inline';

/** Inodes have been logged. */
export function itemsHeld(context: InodeCacheContext, { inodes, itemPages }: SetReclaimable): LogItemsHeld {
  const { logged } = context;
  return {
    logged: isHeld(context) ? addInodes(logged, inodes) : logged,
    itemPages: context.itemPages + itemPages,
  };
}

/** Inodes were to be logged and are not: what was allocated for them goes at once. */
export function itemsUnused({ node }: InodeCacheContext, { logged, itemPages }: SetReclaimable): readonly Effect[] {
  return [
    ...freed({ node }, logged * LOG_ITEM_BYTES, false),
    ...(itemPages === 0 ? [] : [toMemory(node, { type: 'memory.free', pages: itemPages, use: 'slab' })]),
  ];
}

/** Inodes are freed, their items with them. A page of xfs_ili in proportion, as neighbours go together. */
export function itemsReleased(
  context: InodeCacheContext,
  inodes: readonly InodeRun[],
): readonly [LogItemsHeld, pages: number, effects: readonly Effect[]] {
  const { logged: before } = context;
  const [gone] = splitBySet(before, inodes);
  const logged = removeInodes(before, gone);
  const count = before.count - logged.count;
  if (count === 0) return [context, 0, []];
  const itemPages = Math.ceil((context.itemPages * logged.count) / before.count);
  return [{ logged, itemPages }, context.itemPages - itemPages, freed(context, count * LOG_VECTOR, false)];
}

/** Returns what `change`, a change of the CIL, frees. */
export function freeing(change: (context: InodeCacheContext) => Change): (context: InodeCacheContext) => CacheAnswer {
  return (context) => {
    const changed = change(context);
    return [changed, freedByCil(context, changed)];
  };
}

/** Returns the messages of what a change of the CIL frees. */
export function freedByCil(before: Pinned, change: Change): readonly Effect[] {
  if (!isHeld(before)) return [];
  const after = { ...before, ...change };
  const committed = before.cil.count - after.cil.count;
  const pushed = inCil(before).inodes - inCil(after).inodes;
  return [
    ...freed(before, pushed * INTENT + committed * BUSY_EXTENT, false),
    ...freed(before, committed * LOG_VECTOR, true),
  ];
}

function freed({ node }: Pick<InodeCacheContext, 'node'>, bytes: number, scattered: boolean): readonly Effect[] {
  return bytes === 0 ? [] : [toMemory(node, { type: 'memory.freeLogItems', bytes, scattered })];
}
