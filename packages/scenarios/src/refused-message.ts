/**
 * Verdict on a message that a person put into a run: an agent that fails after it is no bug of ours, as such a message
 * may be one that nothing in the kernel would send.
 */
import { formatSeconds, type Plan, type VirtualTime } from '@dragon/engine';
import { faultsOf } from '@dragon/kernel';

/**
 * Returns what to say of an agent that failed at `at` with `why`: the last message of the plan until then is to blame.
 * Undefined if there is none, or if the agent failed while it started.
 */
export function refusedMessage(plan: Plan, at: VirtualTime | undefined, why: string): string | undefined {
  if (at === undefined) return undefined;
  const sent = faultsOf(plan).findLast((fault) => fault.kind === 'message' && fault.at <= at);
  return sent && `${sent.name} at ${formatSeconds(sent.at)} s is none that the model can go on after: ${why}`;
}
