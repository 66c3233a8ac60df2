/** What a rule did to a message or a timer, as those who read a run are told it. */
import type { AgentId } from './event.ts';
import type { TraceHit } from './observer.ts';
import type { FateKind } from './rule.ts';
import type { VirtualTime } from './time.ts';

/** The tracepoint of a verdict, of the engine's own: hit by the sender, and only where a plan has rules. */
export const VERDICT = 'chaos_verdict';

/**
 * In the order of a run those of one instant are by sender, and of one sender as it sent: as tracepoints are. They come
 * behind the rows of their instant.
 */
export type ToldVerdict = {
  readonly at: VirtualTime;
  readonly from: AgentId;
  /** For a timer, whose it is. */
  readonly to: AgentId;
  readonly rule: string;
  readonly fate: FateKind;
  /** The type of the message, or the name of the timer. */
  readonly what: string;
  /** Nanoseconds by which it, or its copy, comes later; 0 for what is dropped. */
  readonly by: VirtualTime;
};

/** Returns the verdict that a tracepoint tells; undefined if it is another tracepoint. */
export function toldVerdict({ at, agent, event, fields }: TraceHit): ToldVerdict | undefined {
  if (event !== VERDICT) return undefined;
  const { rule, fate, what, to, by } = fields as Omit<ToldVerdict, 'at' | 'from'>;
  return { at, from: agent, to, rule, fate, what, by };
}
