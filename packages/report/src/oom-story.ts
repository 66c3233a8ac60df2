/** A kill of the OOM killer, in a headline and a sentence: who, and which freeable inodes reclaim did not get at. */
import { type Finding, formatSeconds } from '@dragon/engine';
import type { InodeCensus, TracepointFields } from '@dragon/kernel';
import type { ReportNames } from './report-names.ts';
import { type Sentence, sentence } from './sentence.ts';
import type { Story } from './story.ts';
import { thousands } from './thousands.ts';

/** Returns the story of a finding `oom`; `census`: where the inodes were then, as far as it is known. */
export function oomStory({ at, evidence }: Finding, census: InodeCensus | undefined, { tasks }: ReportNames): Story {
  const { task, comm, pid } = evidence as TracepointFields['mark_victim'];
  const stuck = census === undefined ? undefined : stuckInodes(census);
  const why =
    stuck === undefined
      ? 'for want of memory'
      : `while ${inodesWere(stuck.count, 'freeable ')} ${WHERE_STUCK[stuck.in]}`;
  return {
    kind: 'oom',
    tag: 'OOM KILL',
    at,
    headline: sentence`${tasks.piece(task)} was killed ${why}.`,
    sentence: sentence`The kernel killed ${{ text: `${comm} (pid ${pid})`, agent: task }} for want of memory at ${formatSeconds(at)} s of virtual time.${census === undefined ? [] : stuck === undefined ? countedText(census) : whereText(census)}`,
    parties: [task],
  };
}

const WHERE_STUCK = { 'no-count': 'in no count', log: 'pinned' } as const;

/**
 * Returns the inodes that reclaim did not get at, if they were more than those that a shrinker counted and could have
 * freed: else they are not what the kill is about. On their way to be free and in no count, or pinned, if these are
 * more.
 */
function stuckInodes(census: InodeCensus) {
  const { freeing, freeingCounted, rcu, pinned } = census;
  const unseen = freeing - freeingCounted + rcu;
  const stuck =
    pinned > unseen ? ({ in: 'log', count: pinned } as const) : ({ in: 'no-count', count: unseen } as const);
  return stuck.count > countedInodes(census) ? stuck : undefined;
}

const countedInodes = ({ freeingCounted, dentries, lru, clean }: InodeCensus): number =>
  freeingCounted + dentries + lru + clean;

/** Of a kill that is not about inodes that reclaim could not get at. */
function countedText(census: InodeCensus): string {
  const counted = countedInodes(census);
  return counted === 0 ? '' : ` Shrinkers counted ${inodes(counted, 'freeable ')} then, and nobody had freed them.`;
}

function whereText({ freeing, freeingCounted, rcu, pinned }: InodeCensus): Sentence {
  const queued = freeing - freeingCounted;
  const parts = [
    ...(queued > 0 ? [`${inodes(queued)} had been evicted faster than the inodegc workers inactivate them`] : []),
    ...(rcu > 0 ? [`${queued > 0 ? `${thousands(rcu)} more` : inodes(rcu)} waited for RCU to free them`] : []),
  ];
  const first = parts.length === 0 ? '' : ` ${parts.join(', and ')}.`;
  const log =
    pinned === 0
      ? ''
      : ` ${parts.length === 0 ? inodes(pinned) : `${thousands(pinned)} others`} had been inactivated, but were pinned: the log on disk did not have them yet.`;
  return sentence`${first}${log} The allocator looks at the LRU lists and at free pages, found nothing there to go on with, and gave up.`;
}

const inodes = (count: number, which = ''): string => `${thousands(count)} ${which}${count === 1 ? 'inode' : 'inodes'}`;
const inodesWere = (count: number, which: string): string => `${inodes(count, which)} ${count === 1 ? 'was' : 'were'}`;
