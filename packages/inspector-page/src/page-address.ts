/** The address of the page: its fragment follows what is shown, and what is shown follows it. */
import { formatFragment, type PageFragment, readFragment } from '@dragon/inspection';
import { FaultError, faultsOf, formatFault, readFault } from '@dragon/kernel';
import { batch, effect } from '@preact/signals';
import type { PageState } from './page-state.ts';

/** Milliseconds between two replacements: browsers refuse more than some. */
const PERIOD = 250;

/** Returns what the page shows; what is as usual is left out. */
export function fragmentOf(state: PageState): PageFragment {
  const cursor = state.cursor.value;
  const record = state.record.value;
  const digest = record?.end?.digest;
  const window = state.window.value;
  const some = <T>(list: readonly T[]): readonly T[] | undefined => (list.length > 0 ? list : undefined);
  const whole = {
    t: cursor === 'edge' ? ('live' as const) : cursor,
    window,
    axis: state.axis.value === 'order' ? ('order' as const) : undefined,
    stage: state.stageChosen.value || state.stage.value !== 'waits' ? state.stage.value : undefined,
    selection: state.selection.value,
    cards: some(state.cards.value),
    pins: some(state.pins.value),
    hidden: some([...state.hiddenLanes.value]),
    unfolded: some([...state.unfoldedLanes.value]),
    query: state.query.value || undefined,
    present: state.present.value ? (true as const) : undefined,
    run: state.isSwapped.value ? undefined : digest,
    fork: record !== undefined && state.isSwapped.value ? faultsOf(record.plan).map(formatFault) : undefined,
  };
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined));
}

/** Shows what a fragment says of a run that has been opened. */
function showFragment(state: PageState, fragment: PageFragment): void {
  const { t, window, axis, stage, selection, cards, pins, hidden, unfolded, query, present } = fragment;
  batch(() => {
    if (t !== undefined) state.cursor.value = t === 'live' ? 'edge' : t;
    state.window.value = window;
    state.axis.value = axis ?? 'time';
    if (stage !== undefined) state.choose(stage);
    state.selection.value = selection;
    state.cards.value = cards ?? [];
    state.pins.value = pins ?? [];
    state.hiddenLanes.value = new Set(hidden);
    state.unfoldedLanes.value = new Set(unfolded);
    state.query.value = query ?? '';
    state.present.value = present ?? false;
  });
}

/** Shows what a link says of a run that has just been opened; if it is of a fork, that one. */
export function showLink(state: PageState, link: PageFragment): void {
  showFragment(state, link);
  if (link.fork === undefined) return;
  try {
    state.forkWith(link.fork.map(readFault), typeof link.t === 'number' ? link.t : undefined);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    state.tell(`The fork of the link cannot be made: ${error.message}.`);
  }
}

/**
 * Keeps the address after the page. A choice of selection or stage is a step that the browser's own way back undoes;
 * everything else changes the step that there is.
 */
export function followAddress(state: PageState): void {
  let written = location.hash.slice(1);
  let step = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = (text: string, isStep: boolean): void => {
    clearTimeout(timer);
    timer = undefined;
    if (text === written) return;
    written = text;
    const { href } = new URL(`#${text}`, location.href);
    if (isStep) history.pushState(null, '', href);
    else history.replaceState(null, '', href);
  };
  effect(() => {
    if (state.record.value === undefined) return;
    const fragment = fragmentOf(state);
    const text = formatFragment(fragment);
    const now = JSON.stringify([fragment.stage, fragment.selection, fragment.fork]);
    const isStep = step !== '' && now !== step;
    step = now;
    if (isStep) write(text, true);
    else if (text !== written) {
      clearTimeout(timer);
      timer = setTimeout(write, PERIOD, text, false);
    }
  });
  addEventListener('popstate', () => {
    const text = location.hash.slice(1);
    if (text === written) return;
    written = text;
    const fragment = readFragment(text);
    step = JSON.stringify([fragment.stage, fragment.selection, fragment.fork]);
    showFragment(state, fragment);
  });
}
