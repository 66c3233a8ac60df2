/** Actions of the timeline that keys stand for. */
import type { PageState } from './page-state.ts';
import { panned, shownAxis, showWindow, zoomed } from './timeline-window.ts';

const ZOOM = 1.5;
/** Steps are taken on a timeline of this width: the keys move by parts of what is shown. */
const WIDTH = 1_000;

export interface TimelineActions {
  zoomIn(): void;
  zoomOut(): void;
  panLeft(): void;
  panRight(): void;
  /** To the stretch that the selected agent is in at the cursor, with something around it. */
  zoomToSelection(): void;
  zoomToAll(): void;
  toggleAxis(): void;
  toggleMessages(): void;
}

export function timelineActions(state: PageState): TimelineActions {
  const zoom = (factor: number): void => {
    const axis = shownAxis(state, WIDTH);
    if (axis === undefined) return;
    const x = axis.x(state.t.value);
    zoomed(state, axis, x < 0 || x > WIDTH ? WIDTH / 2 : x, factor);
  };
  const pan = (pixels: number): void => {
    const axis = shownAxis(state, WIDTH);
    if (axis !== undefined) panned(state, axis, pixels);
  };
  return {
    zoomIn: () => zoom(1 / ZOOM),
    zoomOut: () => zoom(ZOOM),
    panLeft: () => pan(WIDTH / 8),
    panRight: () => pan(-WIDTH / 8),
    zoomToSelection: () => {
      const record = state.record.value;
      const place = record?.placeOf(state.selection.value ?? '') ?? -1;
      if (record === undefined || place < 0) return;
      const lane = record.lane(place);
      const stretch = lane.stretchAt(state.t.value);
      const [from, to] = [lane.startOf(stretch), lane.endOf(stretch)];
      const margin = (to - from) / 8;
      showWindow(state, from - margin, to + margin);
    },
    zoomToAll: () => (state.window.value = undefined),
    toggleAxis: () => (state.axis.value = state.axis.value === 'time' ? 'order' : 'time'),
    toggleMessages: () => (state.allMessages.value = !state.allMessages.value),
  };
}
