/**
 * Inode numbers for the threads of a world: each thread that owns inodes gets a range of its own, inside the allocation
 * groups it names, the same in each.
 */
import { type FileGroups, groupsOf } from '@dragon/kernel';

/** Inodes of one thread; `fate` is what each needs when it is evicted. */
export interface OwnedInodes<Fate = string> {
  readonly use: keyof typeof AREAS;
  /** The thread's place among those of its use. */
  readonly index: number;
  readonly ag: FileGroups;
  readonly count: number;
  readonly fate: Fate;
}

/** Numbers of a group that a use has for itself, as a rule; those below the first area are for cached inodes. */
const AREA = 4_194_304;

/**
 * What inodes are for, in which area of each group their numbers are, and how far apart the ranges of two threads are
 * while there is room: the numbers of small worlds then depend on the thread alone.
 */
const AREAS = {
  /** Unlinked already, and held open until the thread closes them. */
  closed: { area: 1, spread: 1_024 },
  /** Files that the thread unlinks. */
  unlinked: { area: 2, spread: 65_536 },
  /** Files that the thread makes first: they are not there at the start. */
  made: { area: 3, spread: AREA },
} as const;

/** Inodes are made in chunks of 64: a range begins with one. */
const CHUNK = 64;

interface Owner {
  readonly id: string;
  readonly inodes?: OwnedInodes;
}

/**
 * Returns the first number in its group of each thread that owns inodes; a use has `size` numbers of each group. Throws
 * `RangeError` if a group is full.
 */
export function numberInodes(threads: readonly Owner[], size = AREA): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const [use, { area, spread }] of Object.entries(AREAS)) {
    const owners = threads.flatMap(({ id, inodes }) => (inodes?.use === use ? [{ id, ...inodes }] : []));
    const isRoomy = owners.every(({ index, count }) => count <= spread && (index + 1) * spread <= size);
    /** What is taken already, by group. */
    const taken = new Map<number, number>();
    for (const { id, index, ag, count } of owners) {
      const groups = groupsOf(ag);
      const at = isRoomy ? index * spread : Math.max(...groups.map((group) => taken.get(group) ?? 0));
      if (at + count > size)
        throw new RangeError(`AG ${groups.join(', ')} has no inode numbers left for ${id}: ${use} are ${size} at most`);
      for (const group of groups) taken.set(group, Math.ceil((at + count) / CHUNK) * CHUNK);
      first.set(id, area * size + at);
    }
  }
  return first;
}
