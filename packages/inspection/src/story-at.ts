/** The story of a run at an instant: what a page tells of its findings there. */
import type { AgentId, VirtualTime } from '@dragon/engine';
import type { Story } from '@dragon/report';
import type { RunRecord } from './run-record.ts';

/** Returns the gravest of the stories that stand at `t`, the first told first; undefined if none does. */
export function storyAt(record: RunRecord, t: VirtualTime): Story | undefined {
  const standing = record.stories.filter(({ at }) => at <= t);
  return standing.find(({ kind }) => kind === 'deadlock') ?? standing[0];
}

/** Returns the agents that the findings up to `t` are about. */
export function partiesAt(record: RunRecord, t: VirtualTime): readonly AgentId[] {
  return record.stories.filter(({ at }) => at <= t).flatMap(({ parties }) => parties);
}

/** Returns those of them that are still part of one: a deadlock that came undone has no parties any more. */
export function standingParties(record: RunRecord, t: VirtualTime): readonly AgentId[] {
  return record.stories.filter((story) => stands(story, t)).flatMap(({ parties }) => parties);
}

/** Returns the deadlock that stands at `t`; undefined if there is none. */
export function deadlockAt(record: RunRecord, t: VirtualTime): Story | undefined {
  return record.stories.find((story) => story.kind === 'deadlock' && stands(story, t));
}

const stands = ({ at, undoneAt = Number.POSITIVE_INFINITY }: Story, t: VirtualTime): boolean => at <= t && t < undoneAt;
