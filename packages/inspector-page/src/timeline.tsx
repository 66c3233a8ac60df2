/** The timeline: a lane for each party and pinned agent, over the window of time that is shown. */
import type { WithState } from './page-state.ts';

export function Timeline({ state }: WithState) {
  void state.revision.value;
  return <section class="timeline" aria-label="Timeline" />;
}
