/** Keys of the timeline: what each does, by its place on the keyboard or by what it writes. */
import type { PageState } from './page-state.ts';
import { type TimelineActions, timelineActions } from './timeline-actions.ts';

const TIMELINE_KEYS: readonly ({ readonly does: keyof TimelineActions } & (
  | { readonly code: string }
  | { readonly key: string }
))[] = [
  { code: 'KeyW', does: 'zoomIn' },
  { code: 'KeyS', does: 'zoomOut' },
  { code: 'KeyA', does: 'panLeft' },
  { code: 'KeyD', does: 'panRight' },
  { key: 'z', does: 'zoomToSelection' },
  { key: '0', does: 'zoomToAll' },
  { key: 'x', does: 'toggleAxis' },
  { key: 'm', does: 'toggleMessages' },
];

/** Listens to the whole page, but not inside of fields; returns what ends it. */
export function listenToKeys(state: PageState): () => void {
  const actions = timelineActions(state);
  const listener = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
    const found = TIMELINE_KEYS.find((each) => ('code' in each ? each.code === event.code : each.key === event.key));
    if (found === undefined) return;
    event.preventDefault();
    actions[found.does]();
  };
  addEventListener('keydown', listener);
  return () => removeEventListener('keydown', listener);
}

/** Arrow keys on the lanes' names: up and down to the next lane, left and right to the change before and after. */
export function laneKeys(state: PageState, event: KeyboardEvent): void {
  if (!(event.currentTarget instanceof HTMLElement) || !(event.target instanceof HTMLElement)) return;
  const names = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-lane]')];
  const at = names.indexOf(event.target);
  if (at < 0) return;
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault();
    names[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
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

const isField = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
