/** Error of a run into which a person put a message: what the model cannot go on after is no bug of it. */
import { AgentFault, type Plan } from '@dragon/engine';
import { FederationError } from '@dragon/federation/federation-error';
import { refusedMessage, SettingError } from '@dragon/scenarios';

/** Returns the error; as one of `--fault` if an agent failed after a message of the plan's faults. */
export function blamed(plan: Plan, error: unknown): unknown {
  const isFault = error instanceof AgentFault || (error instanceof FederationError && error.fault !== undefined);
  if (!isFault) return error;
  const event = error instanceof AgentFault ? error.event : error.fault?.event;
  const [why = ''] = error.message.split('\n');
  const refusal = refusedMessage(plan, event?.at, why);
  return refusal === undefined ? error : new SettingError('fault', refusal);
}
