/**
 * A run as the inspector's server sees it, wherever it runs: what the feed says of it, what it may be asked, and a way
 * to look at some of its agents.
 */
import type { AgentId, Chart, Event, Json, Taken, VirtualTime } from '@dragon/engine';
import type { FeedEdge, FeedEnded, FeedHello, FeedLost, FeedPace, FeedRequest, FeedWaiting } from '@dragon/inspection';

/** What the feed says when a page comes, but for what depends on the page. */
export type RunAbout = Omit<FeedHello, 'type' | 'may' | 'token'>;

/** What happens to a run, as the feed tells it; `changed` if all that was said of it has to be said again. */
export type RunNews = FeedEdge | FeedPace | FeedWaiting | FeedEnded | FeedLost | { readonly type: 'changed' };

/** What a page with the token asks of a run. */
export type RunRequest = Exclude<FeedRequest, { readonly type: 'auth' }>;

export type Stop = () => void;

/** An agent after its last step, or as it is when somebody begins to look. */
export interface AgentLook {
  readonly agent: AgentId;
  readonly kind: string;
  /** Undefined for a kind that is no statechart, or that this program does not know. */
  readonly chart: Chart | undefined;
  readonly at: VirtualTime;
  /** How many events it has received; null where that is not known yet. */
  readonly seq: number | null;
  /** The name of its state, as rows and digest have it. */
  readonly name: string;
  /** Returns the state as its definition saves it: not before somebody has to have it. */
  readonly saved: () => Json;
  /** Absent for the start of an agent, or where somebody begins to look. */
  readonly event: Event | undefined;
  /** The transitions since the look before, each once. */
  readonly taken: readonly Taken[];
}

/** Agents that somebody looks at. */
export interface LookedAt {
  /** Returns those of which there is something new since this was called last. */
  take(): readonly AgentLook[];
  readonly stop: Stop;
}

export interface WatchedRun {
  about(): RunAbout;
  /** Calls `listener` with what happens from now on. */
  listen(listener: (news: RunNews) => void): Stop;
  /** Does what a page asks. Returns why it does not, one sentence for a person. */
  ask(request: RunRequest): string | undefined;
  /**
   * Looks at the agents as they are, and at their steps from then on; those that the run does not have are not there.
   * Calls `onNews` when there is something new, after all was taken.
   */
  look(agents: readonly AgentId[], onNews: () => void): LookedAt;
}
