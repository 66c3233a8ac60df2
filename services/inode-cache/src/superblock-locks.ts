/**
 * Locks of the mount's superblock as one: s_umount and the levels of freeze protection, with who holds and who waits.
 */
import type { AgentId, ResourceFacts } from '@dragon/engine';
import { freezeLock, type FreezeLevel, holders, type Rwsem, S_UMOUNT } from '@dragon/kernel';

/** A freeze that is under way, or done. */
export type Freeze = {
  readonly freezer: AgentId;
  /** All that have to be told: its own list of who may write. */
  readonly writers: readonly AgentId[];
  /** Levels that it has, and the one that it wants. */
  readonly levels: readonly FreezeLevel[];
  readonly wanted: FreezeLevel | null;
  /** At that level: how many have not said yet whether they are inside, and who is. */
  readonly unheard: number;
  readonly inside: readonly AgentId[];
  readonly waiting: readonly Waiting[];
};

type Waiting = { readonly task: AgentId; readonly level: FreezeLevel };
type Locks = { readonly umount: Rwsem; readonly freeze: Freeze | null };

/** Returns the locks of the superblock, some of them changed, with what the wait-for graph is told of them. */
export function withLocks(
  { umount, freeze }: Locks,
  changed: Partial<Locks>,
): Locks & { readonly resources: readonly ResourceFacts[] } {
  const locks = { umount, freeze, ...changed };
  const held = holders(locks.umount);
  return {
    ...locks,
    resources: [
      ...(held.length === 0 ? [] : [{ resource: S_UMOUNT, holders: held, waiters: locks.umount.waiters }]),
      ...(locks.freeze === null ? [] : levelFacts(locks.freeze)),
    ],
  };
}

/** Returns what the wait-for graph is told of the levels. */
function levelFacts({ freezer, levels, wanted, inside, waiting }: Freeze): ResourceFacts[] {
  const queue = (level: FreezeLevel) => waiting.filter((each) => each.level === level).map(({ task }) => ({ task }));
  const taken = levels.map(
    (level): ResourceFacts => ({ resource: freezeLock(level), holders: [[freezer]], waiters: chunk(queue(level)) }),
  );
  if (wanted === null) return taken;
  const waiters = chunk([{ task: freezer }, ...queue(wanted)]);
  return [...taken, { resource: freezeLock(wanted), holders: chunk(inside), waiters }];
}

const chunk = <T>(items: readonly T[]): readonly (readonly T[])[] => (items.length === 0 ? [] : [items]);
