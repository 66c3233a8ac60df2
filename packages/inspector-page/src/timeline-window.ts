/** The window of the timeline: what is shown of the run, and how it moves and grows. */
import type { VirtualTime } from '@dragon/engine';
import { runSpan, TimeAxis, type TimeWindow } from '@dragon/inspection';
import type { PageState } from './page-state.ts';

/** Nanoseconds that are shown at least. */
const NARROWEST = 200;

/** Returns the part of the run that is shown. */
export function shownWindow(state: PageState): TimeWindow {
  return state.window.value ?? { from: 0, to: shownSpan(state) };
}

/** Returns how far all of the run goes, and of the run beside it. */
export function shownSpan(state: PageState): VirtualTime {
  const runs = [state.record.value, state.other.value];
  return Math.max(1, ...runs.map((record) => (record === undefined ? 0 : runSpan(record))));
}

/** Returns the axis that shows it, so many pixels wide. */
export function shownAxis(state: PageState, width: number): TimeAxis | undefined {
  const record = state.record.value;
  return record && new TimeAxis(record, state.axis.value, shownWindow(state), width);
}

/** Shows a part of the run; all of it again if that is what it comes to. */
export function showWindow(state: PageState, from: VirtualTime, to: VirtualTime): void {
  const edge = state.record.value?.edge ?? 0;
  const length = Math.min(Math.max(NARROWEST, to - from), edge);
  const start = Math.round(Math.max(0, Math.min(from, edge - length)));
  const isAll = start === 0 && Math.round(length) === shownSpan(state);
  state.window.value = isAll ? undefined : { from: start, to: Math.round(start + length) };
}

/** Moves what is shown by pixels: to the right, so that what was before comes into sight. */
export function panned(state: PageState, axis: TimeAxis, pixels: number): void {
  const length = axis.to - axis.from;
  const all = axis.positionOfEdge;
  const from = Math.max(0, Math.min(axis.positionAt(-pixels), all - length));
  showWindow(state, axis.instantOf(from), axis.instantOf(from + length));
}

/** Shows `factor` times as much, with the instant at a pixel where it is. */
export function zoomed(state: PageState, axis: TimeAxis, x: number, factor: number): void {
  const at = axis.positionAt(x);
  const from = at - (at - axis.from) * factor;
  const to = at + (axis.to - at) * factor;
  showWindow(state, axis.instantOf(Math.max(0, from)), axis.instantOf(Math.min(to, axis.positionOfEdge)));
}
