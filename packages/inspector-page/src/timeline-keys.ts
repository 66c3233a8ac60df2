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

const isField = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
