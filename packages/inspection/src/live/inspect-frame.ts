/**
 * Frame of @xstate/inspect's protocol, read with care: whatever serves the page, what it says of an agent is taken in
 * only if it has the form that it must have.
 */
import type { AgentId } from '@dragon/engine';
import { foreignJson } from '@dragon/report';
import type { SimulatedStep } from '../feed.ts';

/** What a frame says of an agent: what it has come to, and by which message. */
export interface InspectedStep extends SimulatedStep {
  readonly agent: AgentId;
  /** Undefined if it is how the agent stood when the page began to look: then `t` is that instant. */
  readonly message: string | undefined;
}

/** The message that the protocol has for a state that nothing led to. */
const NO_MESSAGE = 'xstate.init';

/**
 * Returns what a frame says of an agent; undefined for a frame that is about something else, `unreadable` for one that
 * should say it and does not.
 */
export function readInspectFrame(text: string): InspectedStep | 'unreadable' | undefined {
  const frame = parsed(text);
  const type = fieldOf(frame, 'type');
  if (typeof type !== 'string') return 'unreadable';
  if (type !== 'service.register' && type !== 'service.state') return undefined;
  const [agent, state] = [fieldOf(frame, 'sessionId'), fieldOf(frame, 'state')];
  if (typeof agent !== 'string' || typeof state !== 'string') return 'unreadable';
  const event = fieldOf(foreignJson(state), '_event');
  const [message, simulated] = [fieldOf(event, 'name'), fieldOf(event, '$sim')];
  if (typeof message !== 'string' || !isSimulatedStep(simulated)) return 'unreadable';
  const { seq, t, name, edges } = simulated;
  return { agent, seq, t, name, edges, message: message === NO_MESSAGE ? undefined : message };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isSimulatedStep(value: unknown): value is SimulatedStep {
  const [seq, edges] = [fieldOf(value, 'seq'), fieldOf(value, 'edges')];
  return (
    (seq === null || isCount(seq)) &&
    isCount(fieldOf(value, 't')) &&
    typeof fieldOf(value, 'name') === 'string' &&
    Array.isArray(edges) &&
    edges.every(isEdge)
  );
}

function isEdge(value: unknown): value is SimulatedStep['edges'][number] {
  const target = fieldOf(value, 'target');
  return (
    typeof fieldOf(value, 'source') === 'string' &&
    typeof fieldOf(value, 'by') === 'string' &&
    isCount(fieldOf(value, 'index')) &&
    Array.isArray(target) &&
    target.every((each) => typeof each === 'string')
  );
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
