/** The bugs of agents that federates report: which one comes first, and the error that it ends the run with. */
import { compareEvents } from '@dragon/engine';
import { FederationError } from './federation-error.ts';
import type { Body } from './frame.ts';
import { receivedFromWire } from './wire.ts';

export type Fault = NonNullable<Body<'placed'>['fault']>;

/** By the events that they happened at; while they started, none was first. */
export function compareFaults(a: Fault, b: Fault): number {
  if (a.event === null || b.event === null) return 0;
  return compareEvents(receivedFromWire(a.event), receivedFromWire(b.event));
}

/** Returns the error that says what it takes to repeat it. */
export function agentFault(seed: number, { agent, text, event }: Fault): FederationError {
  const fault = { seed, agent, event: event === null ? null : receivedFromWire(event) };
  return new FederationError('agent-fault', text, { fault });
}
