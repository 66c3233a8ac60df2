/** The address of the page: its fragment follows what is shown, and what is shown follows it. */
import { formatFragment, fragmentTrouble, type PageFragment, readFragment } from '@dragon/inspection';
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
    fork: state.isSwapped.value ? forkOf(state) : undefined,
  };
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined));
}

/** Shows what the text of a fragment says of a run that has been opened, and says what in it cannot be used. */
export function showLink(state: PageState, text: string): void {
  const fragment = readFragment(text);
  showFragment(state, fragment);
  const trouble = text === '' ? undefined : fragmentTrouble(text);
  if (trouble !== undefined) state.tell(`Of the link ${trouble}.`);
  const strangers = strangersIn(state, fragment);
  if (strangers.length > 0)
    state.tell(`The link names agents that this run does not have: ${clipped(strangers.join(', '), LONGEST_NAMES)}.`);
}

/** Characters of names that are told. */
const LONGEST_NAMES = 100;

/** A fork that is made for the link may have agents that are not there yet. */
function strangersIn(state: PageState, { selection, cards = [], pins = [], fork }: PageFragment): readonly string[] {
  const record = state.record.value;
  if (record === undefined || fork !== undefined) return [];
  const named = selection === undefined ? [...cards, ...pins] : [selection, ...cards, ...pins];
  return [...new Set(named)].filter((agent) => record.placeOf(agent) < 0);
}

const clipped = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length)}…` : text);

/** If it is of a fork, shows that one. */
function showFragment(state: PageState, fragment: PageFragment): void {
  const { t, window, axis, stage, selection, cards, pins, hidden, unfolded, query, present } = fragment;
  batch(() => {
    showRunOf(state, fragment);
    if (t !== undefined) state.cursor.value = t === 'live' ? 'edge' : t;
    state.window.value = window;
    state.axis.value = axis ?? 'time';
    state.stage.value = stage ?? 'waits';
    state.stageChosen.value = stage !== undefined;
    state.selection.value = selection;
    state.cards.value = [...new Set(cards)];
    state.pins.value = [...new Set(pins)];
    state.hiddenLanes.value = new Set(hidden);
    state.unfoldedLanes.value = new Set(unfolded);
    state.query.value = query ?? '';
    state.present.value = present ?? false;
  });
}

/** Shows the fork that a fragment names, which is made if it is not there; without one, the run itself. */
function showRunOf(state: PageState, { fork, t }: PageFragment): void {
  if (fork !== undefined && forkOf(state)?.join() === fork.join()) {
    state.showRun('other');
    return;
  }
  state.showRun('main');
  if (fork === undefined) return;
  try {
    state.forkWith(fork.map(readFault), typeof t === 'number' ? t : undefined);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    state.tell(`The fork of the link cannot be made: ${error.message}.`);
  }
}

/** The faults of the fork that is there, as a fragment names them: those that its original has are no part of it. */
function forkOf(state: PageState): readonly string[] | undefined {
  const [shown, beside] = [state.record.value, state.other.value];
  if (state.fork.value === undefined || shown === undefined || beside === undefined) return undefined;
  const [fork, original] = state.isSwapped.value ? [shown, beside] : [beside, shown];
  const before = new Set(faultsOf(original.plan).map(formatFault));
  return faultsOf(fork.plan)
    .map(formatFault)
    .filter((fault) => !before.has(fault));
}

/**
 * Keeps the address after the page. A choice of selection or stage is a step that the browser's own way back undoes;
 * everything else changes the step that there is.
 */
export function followAddress(state: PageState): void {
  let written = location.hash.slice(1);
  let step = '';
  /** What the step that there is comes to, and when that is written. */
  let pending: { readonly text: string; readonly timer: ReturnType<typeof setTimeout> } | undefined;
  const forget = (): void => {
    clearTimeout(pending?.timer);
    pending = undefined;
  };
  const write = (text: string, isStep: boolean): void => {
    forget();
    if (text === written) return;
    written = text;
    const { href } = new URL(`#${text}`, location.href);
    if (isStep) history.pushState(null, '', href);
    else history.replaceState(null, '', href);
  };
  effect(() => {
    // A fork that is being made is no step yet.
    if (state.record.value === undefined || (state.fork.value !== undefined && state.other.value === undefined)) return;
    const fragment = fragmentOf(state);
    const text = formatFragment(fragment);
    const now = stepOf(fragment);
    const isStep = step !== '' && now !== step;
    step = now;
    if (isStep) {
      if (pending !== undefined) write(pending.text, false);
      write(text, true);
    } else {
      forget();
      if (text !== written) pending = { text, timer: setTimeout(write, PERIOD, text, false) };
    }
  });
  addEventListener('popstate', () => {
    forget();
    const text = location.hash.slice(1);
    if (text === written) return;
    written = text;
    step = stepOf(readFragment(text));
    showLink(state, text);
  });
}

const stepOf = ({ stage, selection, fork }: PageFragment): string => JSON.stringify([stage, selection, fork]);
