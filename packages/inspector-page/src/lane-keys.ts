/** Keys on the names of the timeline's lanes. */
import type { PageState } from './page-state.ts';

/**
 * Keys on the lanes' names: up and down go to the next lane, left and right to the change before and after, and Delete
 * hides the lane.
 */
export function laneKeys(state: PageState, event: KeyboardEvent): void {
  if (!(event.currentTarget instanceof HTMLElement) || !(event.target instanceof HTMLElement)) return;
  const names = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-lane]')];
  const at = names.indexOf(event.target);
  if (at < 0) return;
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault();
    names[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
  } else if (event.key === 'Delete') {
    event.preventDefault();
    state.hiddenLanes.value = new Set([...state.hiddenLanes.value, event.target.dataset['lane'] ?? '']);
    (names[at + 1] ?? names[at - 1])?.focus();
  } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
    event.preventDefault();
    seekChange(state, event.target.dataset['lane'] ?? '', event.key === 'ArrowRight');
  }
}

/** Puts the cursor to where the agent's state began, or, if it stands there, to the one before; or to the next one. */
function seekChange(state: PageState, agent: string, isNext: boolean): void {
  const record = state.record.value;
  const place = record?.placeOf(agent) ?? -1;
  if (record === undefined || place < 0) return;
  const lane = record.lane(place);
  const t = state.t.value;
  const stretch = lane.stretchAt(t);
  if (isNext) {
    if (stretch + 1 < lane.stretches) state.seek(lane.startOf(stretch + 1));
  } else state.seek(lane.startOf(lane.startOf(stretch) < t ? stretch : Math.max(0, lane.stretchAt(t - 1))));
}
