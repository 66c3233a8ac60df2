/**
 * A table by number as plain data that is never changed in place, for what is kept by allocation group or by a stretch
 * of inode numbers: a tree of short lists, so that a change copies one list for each level of it, however long the
 * table is and wherever its numbers are. Equal tables are equal data, whatever they have been.
 */

/**
 * The root lists `SPAN` branches, each of which lists as many, and so on; those of the last level are the entries. Null
 * where nothing is, none of that at the end of a list, and no more levels than the largest number needs.
 */
export type NumberTable<T> = { readonly levels: number; readonly root: Branch<T> };

type Branch<T> = readonly (Branch<T> | T | null)[];

/** A number is taken apart into so many bits for each level. */
const BITS = 5;
const SPAN = 1 << BITS;
const MASK = SPAN - 1;

export const EMPTY_TABLE: NumberTable<never> = { levels: 1, root: [] };

export const isEmptyTable = ({ root }: NumberTable<unknown>): boolean => root.length === 0;

/** Returns the entry of a number, from 0 to 2^30 - 1; undefined if there is none. */
export function entryAt<T>({ levels, root }: NumberTable<T>, number: number): T | undefined {
  if (number >>> (BITS * levels) !== 0) return undefined;
  let branch = root;
  for (let shift = BITS * (levels - 1); shift > 0; shift -= BITS) {
    const next = branch[(number >>> shift) & MASK];
    if (next === undefined || next === null) return undefined;
    branch = next as Branch<T>;
  }
  return (branch[number & MASK] ?? undefined) as T | undefined;
}

/** Returns the table with another entry of a number, or without one if it is null. */
export function withEntry<T>(table: NumberTable<T>, number: number, entry: T | null): NumberTable<T> {
  let { levels, root } = table;
  for (; number >>> (BITS * levels) !== 0; levels += 1) if (root.length > 0) root = [root];
  root = branchWith(root, BITS * (levels - 1), number, entry) ?? [];
  for (; levels > 1 && root.length <= 1; levels -= 1) root = (root[0] ?? []) as Branch<T>;
  return { levels, root };
}

/** Returns null for a branch that is empty then. */
function branchWith<T>(branch: Branch<T>, shift: number, number: number, entry: T | null): Branch<T> | null {
  const at = (number >>> shift) & MASK;
  const below = shift === 0 ? entry : branchWith((branch[at] ?? NO_BRANCH) as Branch<T>, shift - BITS, number, entry);
  const next = branch.slice();
  while (next.length < at) next.push(null);
  next[at] = below;
  while (next.length > 0 && next.at(-1) === null) next.pop();
  return next.length === 0 ? null : next;
}

const NO_BRANCH: Branch<never> = [];

/** Returns the entries with their numbers, in the order of these. */
export function entriesOf<T>({ levels, root }: NumberTable<T>): (readonly [number: number, entry: T])[] {
  const entries: (readonly [number, T])[] = [];
  pushEntries(entries, root, BITS * (levels - 1), 0);
  return entries;
}

/** `first`: the number of the first entry that the branch may have. */
function pushEntries<T>(entries: (readonly [number, T])[], branch: Branch<T>, shift: number, first: number): void {
  for (let at = 0; at < branch.length; at += 1) {
    const below = branch[at];
    if (below === undefined || below === null) continue;
    const number = first + (at << shift);
    if (shift === 0) entries.push([number, below as T]);
    else pushEntries(entries, below as Branch<T>, shift - BITS, number);
  }
}
