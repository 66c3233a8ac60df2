/** The finding that the stage of memory is about: its number stands above the plots, its instant is marked in them. */
import type { VirtualTime } from '@dragon/engine';
import type { RunRecord } from '@dragon/inspection';
import type { Story } from '@dragon/report';

/** Returns the first OOM kill up to `t`; undefined before one. */
export function memoryStoryAt(record: RunRecord, t: VirtualTime): Story | undefined {
  return record.stories.find(({ kind, at }) => kind === 'oom' && at <= t);
}
