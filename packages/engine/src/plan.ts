/**
 * A plan: all that a run depends on. Data, so that it can be sent to forty processes and written at the head of a
 * trace.
 */
import type { AgentSpec } from './agent.ts';
import { Hasher } from './digest.ts';
import type { Json } from './event.ts';
import type { LatencyModel } from './latency.ts';
import type { VirtualTime } from './time.ts';

export interface Plan {
  /** A safe integer. Seed and agent id give each agent its random stream. */
  readonly seed: number;
  readonly agents: readonly AgentSpec[];
  readonly latency: LatencyModel;
  /** Events at or after this instant are not processed. */
  readonly until: VirtualTime;
  /** A finding at t ends the run at t + grace, if `stopOnFinding`. No window is longer than this. */
  readonly grace: VirtualTime;
  readonly stopOnFinding: boolean;
}

/** Returns 16 hexadecimal digits that differ for plans that differ in anything but the order of keys. */
export function planDigest(plan: Plan): string {
  const hasher = new Hasher();
  hasher.json(plan as unknown as Json);
  return hasher.hex();
}
