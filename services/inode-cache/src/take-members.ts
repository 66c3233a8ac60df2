/**
 * A list of inodes that may name some that have gone from the set whose order it is: how its first members are taken.
 * What has gone leaves no trace in what is taken, neither in the order nor in the runs.
 */
import {
  countInodes,
  type InodeList,
  type InodeRun,
  type InodeSet,
  pushRun,
  splitBySet,
  takeFirstInodes,
} from '@dragon/kernel';

/**
 * Returns the first `count` of a list that are still in the set, as runs as long as they can be, and the rest without
 * what had gone before them. Takes all if there are fewer.
 */
export function takeMembers(
  list: InodeList,
  set: InodeSet,
  count: number,
): { readonly taken: InodeRun[]; readonly rest: InodeList } {
  const taken: InodeRun[] = [];
  let rest = list;
  for (let left = count; left > 0 && rest.count > 0; ) {
    const [runs, after] = takeFirstInodes(rest, left);
    const [members] = splitBySet(set, runs);
    rest = after;
    left -= countInodes(members);
    for (const run of members) pushRun(taken, run);
  }
  return { taken, rest };
}
