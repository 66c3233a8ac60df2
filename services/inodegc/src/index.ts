/** The agent definitions that a process of this service can host. */
import type { AgentDefinition } from '@dragon/engine';
import { scheduledThread } from '@dragon/kernel';
import { inodegcMachine } from './machine.ts';
import { inodegcCensus, inodegcProjection } from './worker-state.ts';

export { inodegcMachine } from './machine.ts';

/** Enqueues, flushes and the timer of the work item happen in whoever does them; only the kworker needs the CPU. */
export const definitions: readonly AgentDefinition[] = [
  scheduledThread('inodegc', inodegcMachine, {
    projection: inodegcProjection,
    census: inodegcCensus,
    receiver: ({ message }, timer) =>
      timer?.pausable === false || message.type.startsWith('inodegc.') ? 'call' : 'thread',
  }) as AgentDefinition,
];
