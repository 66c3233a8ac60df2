/**
 * A queue of inodes in runs, as a persistent list in chunks: taking from its front and adding to its end copy one
 * chunk, not the list. Plain data.
 */
import { continuesRun, type InodeRun, pushRun } from './inode.ts';

/** `head` chunks have been taken already; they are dropped when they are half of all. */
export type InodeList = {
  readonly head: number;
  readonly chunks: readonly (readonly InodeRun[])[];
  readonly count: number;
};

const RUNS_PER_CHUNK = 256;

export const EMPTY_INODE_LIST: InodeList = { head: 0, chunks: [], count: 0 };

/**
 * Returns the list with `runs` at its end, joined to the last run where they continue it. `unordered`: also where they
 * precede it, for a list in which the order of neighbours says nothing: a worker takes its batch from the last inode to
 * the first.
 */
export function appendInodes(list: InodeList, runs: readonly InodeRun[], unordered = false): InodeList {
  if (runs.length === 0) return list;
  const chunks = [...list.chunks];
  let last: InodeRun[] = chunks.length > list.head ? [...(chunks.pop() ?? [])] : [];
  let { count } = list;
  for (const run of runs) {
    if (run.count === 0) continue;
    count += run.count;
    const before = last.at(-1);
    if (before !== undefined && continuesRun(before, run))
      last[last.length - 1] = { ...before, count: before.count + run.count };
    else if (unordered && before !== undefined && continuesRun(run, before)) {
      last.pop();
      pushRun(last, { ...run, count: before.count + run.count });
    } else {
      if (last.length >= RUNS_PER_CHUNK) {
        chunks.push(last);
        last = [];
      }
      last.push(run);
    }
  }
  if (last.length > 0) chunks.push(last);
  return { head: list.head, chunks, count };
}

/** Splits the first `count` inodes off; takes all if there are fewer. */
export function takeFirstInodes(list: InodeList, count: number): readonly [taken: InodeRun[], rest: InodeList] {
  const taken: InodeRun[] = [];
  let wanted = Math.min(count, list.count);
  if (wanted <= 0) return [taken, list];
  const left = list.count - wanted;
  if (left === 0) return [allInodes(list), EMPTY_INODE_LIST];
  let { head } = list;
  let chunk = list.chunks[head] ?? [];
  let next = 0;
  while (wanted > 0) {
    if (next === chunk.length) {
      head += 1;
      chunk = list.chunks[head] ?? [];
      next = 0;
      continue;
    }
    const run = chunk[next] as InodeRun;
    if (run.count > wanted) {
      taken.push({ ...run, count: wanted });
      const rest = { ...run, ino: run.ino + wanted, count: run.count - wanted };
      return [taken, withFront(list, head, [rest, ...chunk.slice(next + 1)], left)];
    }
    taken.push(run);
    wanted -= run.count;
    next += 1;
  }
  return [taken, withFront(list, head, chunk.slice(next), left)];
}

/** Returns every run, the first one first. */
export function allInodes(list: InodeList): InodeRun[] {
  return list.chunks.slice(list.head).flat();
}

/** Returns every run, as long as it can be: the same for lists of the same inodes in the same order, however they came. */
export function longestRuns(list: InodeList): InodeRun[] {
  const runs: InodeRun[] = [];
  for (const run of allInodes(list)) pushRun(runs, run);
  return runs;
}

function withFront(list: InodeList, head: number, front: readonly InodeRun[], count: number): InodeList {
  const from = front.length === 0 ? head + 1 : head;
  if (from * 2 < list.chunks.length) {
    const chunks = [...list.chunks];
    if (front.length > 0) chunks[head] = front;
    return { head: from, chunks, count };
  }
  const rest = list.chunks.slice(head + 1);
  return { head: 0, chunks: front.length === 0 ? rest : [front, ...rest], count };
}
