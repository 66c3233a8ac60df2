/** The keys of the page: the one table of what each does, by what it writes or by its place on the keyboard. */
import {
  nextChange,
  nextEvent,
  nextNotable,
  previousChange,
  previousEvent,
  previousNotable,
  STAGES,
} from '@dragon/inspection';
import { closeCard, openCard, openChart } from './cards.ts';
import { copyLink } from './copy-link.ts';
import { playOrPause } from './play-or-pause.ts';
import type { PageState } from './page-state.ts';
import { timelineActions } from './timeline-actions.ts';

interface PageKey {
  /** As `KeyboardEvent.key` has it; with `code` it is the place that counts. */
  readonly key: string;
  readonly code?: string;
  readonly about: string;
  readonly does: (state: PageState) => void;
}

const seekChange =
  (step: typeof nextChange) =>
  (state: PageState): void => {
    const agent = state.selection.value;
    if (agent !== undefined) state.step((record, t) => step(record, agent, t));
  };

const ofSelection =
  (does: typeof openCard) =>
  (state: PageState): void => {
    if (state.selection.value !== undefined) does(state, state.selection.value);
  };

export const PAGE_KEYS: readonly PageKey[] = [
  { key: ' ', about: 'play, pause', does: playOrPause },
  { key: ',', about: 'one event back', does: (state) => state.step(previousEvent) },
  { key: '.', about: 'one event on', does: (state) => state.step(nextEvent) },
  { key: 'n', about: 'next change of the selected agent', does: seekChange(nextChange) },
  { key: 'N', about: 'previous change of the selected agent', does: seekChange(previousChange) },
  { key: ']', about: 'next finding or wait that began', does: (state) => state.step(nextNotable) },
  { key: '[', about: 'previous finding or wait that began', does: (state) => state.step(previousNotable) },
  { key: 'Home', about: 'to the start', does: (state) => state.seek(0) },
  { key: 'End', about: 'to the end, or the live edge', does: (state) => state.seek('edge') },
  { key: 'g', about: 'go to a time; then h: how it came about', does: (state) => (state.sheet.value = 'time') },
  { key: '/', about: 'search states, messages, agents', does: (state) => (state.sheet.value = 'search') },
  ...STAGES.map(
    (stage, i): PageKey => ({
      key: String(i + 1),
      about: `stage ${stage[0]?.toUpperCase()}${stage.slice(1)}`,
      does: (state) => state.choose(stage),
    }),
  ),
  { key: 'Enter', about: 'the chart of the selected agent', does: ofSelection(openChart) },
  { key: 'o', about: 'open a card', does: ofSelection(openCard) },
  { key: 'O', about: 'close a card', does: ofSelection(closeCard) },
  { key: 'w', code: 'KeyW', about: 'timeline: zoom in', does: (state) => timelineActions(state).zoomIn() },
  { key: 's', code: 'KeyS', about: 'timeline: zoom out', does: (state) => timelineActions(state).zoomOut() },
  { key: 'a', code: 'KeyA', about: 'timeline: to the left', does: (state) => timelineActions(state).panLeft() },
  { key: 'd', code: 'KeyD', about: 'timeline: to the right', does: (state) => timelineActions(state).panRight() },
  { key: 'z', about: 'timeline: zoom to the selection', does: (state) => timelineActions(state).zoomToSelection() },
  { key: '0', about: 'timeline: all of the run', does: (state) => timelineActions(state).zoomToAll() },
  { key: 'x', about: 'timeline: in time or in order', does: (state) => timelineActions(state).toggleAxis() },
  { key: 'm', about: 'timeline: all messages', does: (state) => timelineActions(state).toggleMessages() },
  { key: 'f', about: 'faults', does: (state) => (state.sheet.value = 'faults') },
  { key: 'c', about: 'copy a link', does: (state) => void copyLink(state) },
  { key: 'e', about: 'export', does: (state) => (state.sheet.value = 'export') },
  { key: 'p', about: 'present', does: (state) => (state.present.value = !state.present.value) },
  { key: 'A', about: 'the drawer of agents, in a narrow window', does: toggleDrawer },
  { key: 'Escape', about: 'one step back', does: stepBack },
  { key: '?', about: 'keys', does: (state) => (state.sheet.value = 'keys') },
];

function toggleDrawer(state: PageState): void {
  state.drawer.value = !state.drawer.value;
}

/** What was opened last goes first; sheets close by themselves. */
function stepBack(state: PageState): void {
  if (state.drawer.value) state.drawer.value = false;
  else if (state.tour.value !== undefined) state.tour.value = undefined;
  else if (state.stage.value === 'chart') state.choose('waits');
  else if (state.selection.value !== undefined) state.selection.value = undefined;
  else state.present.value = false;
}

/** Listens to the whole page while it shows a run, but not inside of fields, nor while a sheet is asked for. */
export function listenToKeys(state: PageState): void {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (state.sheet.value !== undefined || state.record.value === undefined) return;
    const found = PAGE_KEYS.find(({ key, code }) =>
      code === undefined ? key === event.key : code === event.code && !event.shiftKey,
    );
    if (found === undefined || isPressed(event)) return;
    event.preventDefault();
    found.does(state);
  });
}

/** A button that has the focus is pressed by these keys. */
const isPressed = ({ key, target }: KeyboardEvent): boolean =>
  (key === ' ' || key === 'Enter') && target instanceof Element && target.closest('button, a, summary') !== null;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
