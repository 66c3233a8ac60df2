/** Playing and pausing: of the run that is watched, where the page stands at its edge, or of what is known of it. */
import type { FeedClient } from './feed-client.ts';
import type { PageState } from './page-state.ts';

/** Returns the run that is watched, if the page stands at its edge. */
export function feedAtEdge(state: PageState): FeedClient | undefined {
  const mode = state.mode.value;
  return (mode === 'live' || mode === 'paused') && !state.isSwapped.value ? state.feed.value : undefined;
}

export function playOrPause(state: PageState): void {
  const feed = feedAtEdge(state);
  if (feed === undefined) state.play(!state.playing.value);
  else if (feed.can('pause')) feed.send({ type: feed.pace.value?.paused === false ? 'pause' : 'resume' });
}
