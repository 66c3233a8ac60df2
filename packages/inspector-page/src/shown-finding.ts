/** Finding of a run, shown by the page of its own accord: unless somebody looks at something else. */
import type { VirtualTime } from '@dragon/engine';
import type { RunRecord, Stage, TimeWindow } from '@dragon/inspection';

interface Changing<T> {
  value: T;
}

/** What of the page is looked at and changed. */
interface Shown {
  readonly record: { readonly value: RunRecord | undefined };
  readonly stage: Changing<Stage>;
  readonly stageChosen: Changing<boolean>;
  readonly cursor: Changing<VirtualTime | 'edge'>;
  readonly window: Changing<TimeWindow | undefined>;
}

/** How much more of a run is shown than what leads to its finding. */
const LEAD_OUT = 1.25;

/** Chooses the stage, once, and the part of the run. */
export function showFinding(state: Shown): void {
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
