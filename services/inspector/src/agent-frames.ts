/**
 * Frames of @xstate/inspect's protocol about an agent: its chart and state when a client sees it first, then its state.
 * No XState 4 interpreter runs for it, so its state is put down here, as one would be.
 */
import { savedContext, shownContext, type SimulatedStep } from '@dragon/inspection';
import type { Chart } from '@dragon/engine';
import { chartMachine } from './chart-machine.ts';
import type { AgentLook } from './watched-run.ts';

/** All agents of a kind have one chart. */
const machineTexts = new WeakMap<Chart, string>();

export function registerFrame(look: AgentLook, withContext: boolean) {
  const { agent } = look;
  const [machine, state] = [machineText(look), stateText(look, withContext)];
  return { type: 'service.register' as const, machine, state, id: agent, sessionId: agent };
}

export function stateFrame(look: AgentLook, withContext: boolean) {
  return { type: 'service.state' as const, state: stateText(look, withContext), sessionId: look.agent };
}

function machineText({ agent, chart }: AgentLook): string {
  if (chart === undefined) return JSON.stringify(chartMachine(agent, undefined));
  const known = machineTexts.get(chart);
  if (known !== undefined) return known;
  const text = JSON.stringify(chartMachine(chart.id, chart));
  machineTexts.set(chart, text);
  return text;
}

/** Returns the present state as XState 4 writes one down. */
function stateText({ agent, seq, at: t, name, event, saved, taken: edges }: AgentLook, withContext: boolean): string {
  const { value, context } = savedContext(saved());
  const data = event?.message ?? { type: 'xstate.init' };
  const $sim: SimulatedStep = { seq, t, name, edges };
  return JSON.stringify({
    value: value ?? name,
    context: withContext ? shownContext(context) : {},
    event: data,
    _event: { name: data.type, data, $$type: 'scxml', type: 'external', ...(event && { origin: event.from }), $sim },
    _sessionid: agent,
    actions: [],
    activities: {},
    meta: {},
    events: [],
    children: {},
    transitions: [],
    tags: [],
    done: false,
    changed: true,
  });
}
