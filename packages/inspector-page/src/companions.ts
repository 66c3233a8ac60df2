/** Those who are marked with the selected agent: whoever was selected with it, or else its holders and waiters. */
import type { AgentId } from '@dragon/engine';
import { batch } from '@preact/signals';
import type { PageState } from './page-state.ts';

const NOBODY: ReadonlySet<AgentId> = new Set();

/** Selects several agents: the first as if it were alone, the others as its companions. */
export function selectTogether(state: PageState, agents: readonly AgentId[]): void {
  batch(() => {
    state.selection.value = agents[0];
    state.together.value = agents;
  });
}

/** Returns the companions of the selected agent at the cursor. */
export function companions(state: PageState): ReadonlySet<AgentId> {
  const [record, selection, together] = [state.record.value, state.selection.value, state.together.value];
  if (record === undefined || selection === undefined) return NOBODY;
  if (together[0] === selection) return new Set(together.slice(1));
  const facts = record.waitsAt(state.t.value);
  return new Set([...facts.blockers(selection), ...facts.waitersOn(selection)]);
}

/** Returns how an agent is marked, as the value of `data-mark`. */
export function markOf(
  state: PageState,
  agents: readonly AgentId[],
  beside: ReadonlySet<AgentId>,
): 'selected' | 'hovered' | 'related' | undefined {
  const { selection, hovered } = state;
  if (selection.value !== undefined && agents.includes(selection.value)) return 'selected';
  if (hovered.value !== undefined && agents.includes(hovered.value)) return 'hovered';
  return beside.size > 0 && agents.some((agent) => beside.has(agent)) ? 'related' : undefined;
}
