/** A kill of the OOM killer, in a headline and a sentence: who, and which freeable inodes nobody had counted. */
import { type Finding, formatSeconds } from '@dragon/engine';
import type { InodeCensus, TracepointFields } from '@dragon/kernel';
import type { ReportNames } from './report-names.ts';
import { type Sentence, sentence } from './sentence.ts';
import type { Story } from './story.ts';
import { thousands } from './thousands.ts';

/** Returns the story of a finding `oom`; `census`: where the inodes were then, as far as it is known. */
export function oomStory({ at, evidence }: Finding, census: InodeCensus | undefined, { tasks }: ReportNames): Story {
  const { task, comm, pid } = evidence as TracepointFields['mark_victim'];
  const unseen = census === undefined ? undefined : unseenInodes(census);
  const why =
    unseen === undefined
      ? 'for want of memory'
      : `while ${thousands(unseen)} freeable ${unseen === 1 ? 'inode was' : 'inodes were'} in no count`;
  return {
    kind: 'oom',
    tag: 'OOM KILL',
    at,
    headline: sentence`${tasks.piece(task)} was killed ${why}.`,
    sentence: sentence`The kernel killed ${{ text: `${comm} (pid ${pid})`, agent: task }} for want of memory at ${formatSeconds(at)} s of virtual time.${census === undefined || unseen === undefined ? [] : whereText(census)}`,
    parties: [task],
  };
}

/**
 * Returns how many inodes were on their way to be free and in no count, if they were more than those that a shrinker
 * counted and could have freed: else they are not what the kill is about.
 */
function unseenInodes({ freeing, freeingCounted, rcu, dentries, lru, clean }: InodeCensus): number | undefined {
  const unseen = freeing - freeingCounted + rcu;
  return unseen > freeingCounted + dentries + lru + clean ? unseen : undefined;
}

function whereText({ freeing, freeingCounted, rcu }: InodeCensus): Sentence {
  const queued = freeing - freeingCounted;
  const were = (count: number): string => `${thousands(count)} ${count === 1 ? 'inode' : 'inodes'}`;
  const parts = [
    ...(queued > 0 ? [`${were(queued)} had been evicted faster than the inodegc workers inactivate them`] : []),
    ...(rcu > 0 ? [`${queued > 0 ? `${thousands(rcu)} more` : were(rcu)} waited for RCU to free them`] : []),
  ];
  return sentence` ${parts.join(', and ')}. The allocator looks at the LRU lists and at free pages, found nothing there to go on with, and gave up.`;
}
