/**
 * What a run found, as a person is told it: a headline that a stranger understands, and a sentence with the evidence.
 * The command prints the words, and a page shows them.
 */
import type { AgentId, FindingKind, VirtualTime } from '@dragon/engine';
import type { Sentence } from './sentence.ts';

export type StoryTag = 'DEADLOCK' | 'OOM KILL' | 'STALL' | 'VIOLATED';

export interface Story {
  readonly kind: FindingKind;
  readonly tag: StoryTag;
  /** From when on it stands. */
  readonly at: VirtualTime;
  /** When a deadlock came undone; absent of what lasts, and of what is no state. */
  readonly undoneAt?: VirtualTime;
  /** One line, with a full stop. */
  readonly headline: Sentence;
  /** One or more, with full stops. */
  readonly sentence: Sentence;
  /** Whom it is about; a deadlock's in the order in which they are drawn: each waits for the next. */
  readonly parties: readonly AgentId[];
}
