/** What the page does by itself when a run has found something: it shows that, unless somebody looks at something else. */
import type { PageState } from './page-state.ts';

/** How much more of a run is shown than what leads to its finding. */
const LEAD_OUT = 1.25;

/** Chooses the stage, once, and the part of the run. */
export function showFinding(state: Pick<PageState, 'record' | 'stage' | 'stageChosen' | 'cursor' | 'window'>): void {
  const { end, stories = [], edge = 0 } = state.record.value ?? {};
  const [first] = stories;
  if (first === undefined) return;
  if (!state.stageChosen.value) {
    state.stageChosen.value = true;
    state.stage.value = first.kind === 'oom' ? 'memory' : 'waits';
  }
  // A run that went on for long after it: nobody who has just opened it wants to look for it.
  const to = Math.round(first.at * LEAD_OUT);
  if (end === undefined || state.cursor.value !== 'edge' || state.window.value !== undefined || to >= edge) return;
  state.cursor.value = first.at;
  state.window.value = { from: 0, to };
}
