/** Tasks that remove files, inferred from a trace. */
import { MILLISECOND, type VirtualTime } from '@dragon/engine';
import { type Doubt, namesOf } from './doubt.ts';
import type { FileGroups, RecordedDeed, RecordedFacts, RecordedRemoval } from '@dragon/kernel';
import type { PauseMs, WorkloadTask } from './workload.ts';

/** Tasks of one name that follow each other so closely, with so few files each, are one. */
const NEXT_TASK = 200 * MILLISECOND;
const FEW_FILES = 50;
const MOST_TASKS = 200;
const MOST_PARTS = 1_000;
/** From one file to the next of a task that only unlinks; more is more than that. */
const UNLINK_CYCLE = 200_000;
/** So many times the quickest task's time is a sleep. */
const SLEEPS = 3;
const MAKES_FILES = 0.1;
/** Who is known to have used so many numbers again makes the files that it removes. */
const LEAST_AGAIN = 20;
/** After its last file, a task's statfs comes within this. */
const STATFS = 50 * MILLISECOND;

export interface InferredRemovals {
  readonly tasks: readonly WorkloadTask[];
  readonly ags: number;
  readonly doubts: readonly Doubt[];
  /** Time from one file to the next of a task that only unlinks; undefined if there was none. */
  readonly cycle: VirtualTime | undefined;
}

const median = ({ apart }: RecordedRemoval): VirtualTime | undefined => apart.find(([p]) => p === 0.5)?.[1];
const isChurn = ({ files, again }: RecordedRemoval): boolean => again >= LEAST_AGAIN && again > files * MAKES_FILES;

export function inferredRemovals(facts: RecordedFacts): InferredRemovals {
  const { firstAt, events } = facts;
  const doubts: Doubt[] = [];
  const [dev, others] = mostUsed(facts.removals);
  if (others > 0)
    doubts.push({
      text: `${others} removals on other file systems than ${dev} are left out: one file system is simulated`,
      wouldTell: 'a trace of one file system',
    });
  const all = joined(facts.removals.filter((each) => each.dev === dev));
  const kept = [...all]
    .sort((a, b) => b.files - a.files)
    .slice(0, MOST_TASKS)
    .sort((a, b) => a.from - b.from);
  const left = all.length - kept.length;
  if (left > 0 || facts.omitted > 0)
    doubts.push({
      text: `${left} tasks that remove least are left out, with ${filesOf(all) - filesOf(kept) + facts.omitted} files`,
      wouldTell: '--workload',
    });
  const groups = groupNumbers(kept);
  const scattered = kept.filter((removal) => filesOf(removal.groups) < removal.files && removal.groups.length > 0);
  if (scattered.length > 0)
    doubts.push({
      text: `of which allocation groups the last files of ${namesOf(scattered)} are: the last that is known is assumed`,
      wouldTell: '--workload',
    });
  const cycle = quickest(kept);
  const statfs = facts.pushes.filter((push) => isStatfs(facts, push));
  const unused = statfs.filter((push) => !kept.some((removal) => !isChurn(removal) && follows(push, removal, kept)));
  if (unused.length > 0)
    doubts.push({
      text: `${unused.length} pushes of the workers that follow no removal (statfs, by ${namesOf(unused)}) are left out`,
      wouldTell: '--workload',
    });
  const toMs = (ns: VirtualTime): number => Math.round(ns / 1_000) / 1_000;
  const tasks = kept.map((removal): WorkloadTask => {
    const { comm, cpu, from, files, empty } = removal;
    const common = { comm, cpu, startMs: Math.max(0, toMs(from - firstAt - (cycle ?? 0))), ag: groups.of(removal) };
    if (isChurn(removal)) {
      const { burst, far, between = 1 } = removal;
      // The work on a file is in it.
      const pauseMs = [[0, toMs(Math.max(0, far - (median(removal) ?? 0)))]] as const;
      return { kind: 'churn', ...common, files, window: between, burst, pages: 1, pauseMs };
    }
    const pauseMs = pauseOf(removal, cycle ?? 0);
    return {
      kind: 'unlink',
      ...common,
      files,
      fate: empty * 2 > files ? 'unlinkedEmpty' : 'unlinked',
      ...(pauseMs === undefined ? {} : { pauseMs }),
      ...(statfs.some((push) => follows(push, removal, kept)) ? { statfs: true } : {}),
    };
  });
  if (
    kept.some((removal) => !isChurn(removal) && pauseOf(removal, cycle ?? 0) !== undefined) &&
    !events.has('sched_switch')
  )
    doubts.push({
      text: 'whether a task sleeps between two files or works: a sleep is assumed',
      wouldTell: 'sched:sched_switch',
    });
  return { tasks, ags: groups.count, doubts, cycle };
}

const filesOf = (removals: readonly { readonly files: number }[]): number =>
  removals.reduce((sum, { files }) => sum + files, 0);

/** Returns the file system with most removals, and how many there are on others. */
function mostUsed(removals: readonly RecordedRemoval[]): readonly [dev: string, others: number] {
  const files = new Map<string, number>();
  for (const each of removals) files.set(each.dev, (files.get(each.dev) ?? 0) + each.files);
  const [[dev, most] = ['', 0]] = [...files].sort(([, a], [, b]) => b - a);
  return [dev, filesOf(removals) - most];
}

/** A shell starts one short-lived task after the other. */
function joined(removals: readonly RecordedRemoval[]): RecordedRemoval[] {
  const result: RecordedRemoval[] = [];
  const lastOf = new Map<string, number>();
  for (const next of removals) {
    const index = lastOf.get(next.comm);
    const before = index === undefined ? undefined : result[index];
    const small = before !== undefined && next.files < FEW_FILES && before.pid !== next.pid;
    if (index !== undefined && small && next.from >= before.to && next.from - before.to < NEXT_TASK)
      result[index] = {
        ...before,
        pid: next.pid,
        to: next.to,
        files: before.files + next.files,
        empty: before.empty + next.empty,
        again: before.again + next.again,
        groups: [...before.groups, ...next.groups].slice(0, MOST_PARTS),
        apart: before.apart.length === 0 ? next.apart : before.apart,
      };
    else {
      lastOf.set(next.comm, result.length);
      result.push(next);
    }
  }
  return result;
}

/** Parts of the file system by the number of an allocation group: four at least, as mkfs makes them. */
function groupNumbers(removals: readonly RecordedRemoval[]): {
  readonly count: number;
  readonly of: (removal: RecordedRemoval) => FileGroups;
} {
  const groups = [...new Set(removals.flatMap((removal) => removal.groups.map(({ group }) => group)))].sort(
    (a, b) => a - b,
  );
  const highest = groups.at(-1) ?? 0;
  const numbers = new Map(groups.map((group, i) => [group, highest < MOST_TASKS ? group : i]));
  return {
    count: Math.max(4, ...[...numbers.values()].map((number) => number + 1)),
    of: ({ groups: parts }) => {
      const [first, ...others] = parts.map(({ group, files }) => ({ ag: numbers.get(group) ?? 0, files }));
      return first === undefined || others.length === 0 ? (first?.ag ?? 0) : [first, ...others];
    },
  };
}

/** The median of the quickest task that only unlinks. */
function quickest(removals: readonly RecordedRemoval[]): VirtualTime | undefined {
  const times = removals.flatMap((removal) => (isChurn(removal) ? [] : (median(removal) ?? [])));
  const least = Math.min(...times);
  return least <= UNLINK_CYCLE ? least : undefined;
}

function pauseOf(removal: RecordedRemoval, cycle: VirtualTime): PauseMs | undefined {
  const usual = median(removal);
  if (usual === undefined || usual < SLEEPS * cycle || usual <= UNLINK_CYCLE / 2) return undefined;
  return removal.apart.map(([p, ns]) => [p, Math.round(Math.max(0, ns - cycle) / 1_000) / 1_000]);
}

/** A push of one who neither flushes nor stops in the same breath. */
function isStatfs({ flushes }: RecordedFacts, { pid, at }: RecordedDeed): boolean {
  return !flushes.some((flush) => flush.pid === pid && Math.abs(flush.at - at) < MILLISECOND);
}

/** Whether the push comes right after this removal, and after no other that ended later. */
function follows({ at }: RecordedDeed, removal: RecordedRemoval, all: readonly RecordedRemoval[]): boolean {
  const [last] = all.filter(({ to }) => to <= at && at - to < STATFS).sort((a, b) => b.to - a.to);
  return last === removal;
}
