/** The error of a run that found a bug in our own code. */
import type { AgentId, Event } from './event.ts';

/** A bug in an agent or the engine: carries the seed, the agent and the event, so that the run can be replayed. */
export class AgentFault extends Error {
  override readonly name = 'AgentFault';
  readonly seed: number;
  /** Who failed. */
  readonly agent: AgentId;
  /** What it failed on; undefined while it started. */
  readonly event: Event | undefined;

  constructor(seed: number, agent: AgentId, event: Event | undefined, cause: unknown) {
    const key =
      event === undefined
        ? 'while it started'
        : `at (${event.at}, ${event.to}, ${event.from}, ${event.seq}) ${event.message.type}`;
    super(`agent ${agent} failed ${key}, seed ${seed}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
    this.seed = seed;
    this.agent = agent;
    this.event = event;
  }
}
