/** What a person points at: marked everywhere after a moment, so that a pointer that only passes marks nothing. */
import type { AgentId } from '@dragon/engine';
import type { PageState } from './page-state.ts';

/** Milliseconds. */
const DELAY = 80;
const timers = new WeakMap<PageState, number>();

/** Marks an agent after a moment; none at once. */
export function pointAt(state: PageState, agent: AgentId | undefined): void {
  afterMoment(state, agent === undefined, () => (state.hovered.value = agent));
}

/** Marks all of these after a moment; none at once. */
export function pointAtAll(state: PageState, agents: readonly AgentId[]): void {
  afterMoment(state, agents.length === 0, () => (state.marked.value = new Set(agents)));
}

function afterMoment(state: PageState, isOver: boolean, mark: () => void): void {
  window.clearTimeout(timers.get(state));
  if (isOver) mark();
  else timers.set(state, window.setTimeout(mark, DELAY));
}
