/** A transition that an agent may take next: who clicks on it is asked what to send, or told why nothing can be. */
import type { AgentId } from '@dragon/engine';
import { askFor } from './fault-palette.tsx';
import type { PageState } from './page-state.ts';

/** `edges`: numbers of transitions in the agent's chart. */
export function sendNext(state: PageState, agent: AgentId, edges: readonly number[]): void {
  const record = state.record.value;
  const chart = record?.chartOf(record.agents[record.placeOf(agent)]?.kind ?? '');
  const causes = edges.flatMap((edge) => chart?.edges[edge]?.by ?? []);
  const message = causes.find(isMessage);
  if (message !== undefined) askFor(state, 'message', agent, message);
  else state.said.value = whyNotSent(causes[0] ?? '');
}

/** Returns whether a transition's cause is the type of a message, not of many, a timer, or something of the chart's. */
export const isMessage = (cause: string): boolean =>
  cause.includes('.') && !cause.includes('*') && !cause.startsWith('after ');

function whyNotSent(cause: string): string {
  if (cause === 'always') return 'This cannot be sent: the agent does it by itself, as soon as it may.';
  if (cause === 'done') return 'This cannot be sent: it comes when what is inside has ended.';
  if (cause.includes('*')) return 'This cannot be sent: many messages do it. Choose one by the fault "send".';
  return `This cannot be sent: it comes by itself, ${cause}.`;
}
