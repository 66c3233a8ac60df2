/** The stops of the tour of the deadlock that is shown, and how the page comes to one. */
import { type ComparisonOffer, type DeadlockTour, deadlockTour, runChips } from '@dragon/inspection';
import { batch } from '@preact/signals';
import type { PageState } from './page-state.ts';

/** Returns undefined while no deadlock is known, and of a fork. */
export function shownTour(state: PageState): DeadlockTour | undefined {
  const [record, names] = [state.record.value, state.names.value];
  if (record === undefined || names === undefined || state.isSwapped.value) return undefined;
  return deadlockTour(record, state.offers.value, names);
}

export function showStop(state: PageState, { stops, cure }: DeadlockTour, at: number): void {
  const stop = stops[at];
  if (stop === undefined) return;
  batch(() => {
    state.tour.value = at;
    state.seek(stop.at);
    state.selection.value = stop.agents[0];
    if (stop.stage === 'compare' && cure !== undefined && !isBeside(state, cure))
      state.compareWith({ kind: 'scenario', texts: cure.texts });
    else state.choose(stop.stage);
  });
}

/** Whether the run beside it is the cure already, and not another that somebody has compared with. */
function isBeside(state: PageState, { change }: ComparisonOffer): boolean {
  const other = state.other.value;
  return other !== undefined && state.fork.value === undefined && runChips(other).changes.join(',') === change;
}
