/** The one error of a federation: what went wrong outside the model, as a code and one clear line. */
import type { AgentId, Event } from '@dragon/engine';

/**
 * - `no-server`: no NATS server answers, or none could be started.
 * - `denied`: the server does not let us use a subject that a run needs.
 * - `plan-mismatch`: a federate read another plan than the coordinator sent, so they are of different versions.
 * - `silent`: somebody who was asked does not answer.
 * - `lost-federate`: a federate's process ended, or was started again, in the middle of a run.
 * - `lost-coordinator`: the coordinator's process ended in the middle of a run, and none was started in its place.
 * - `bad-checkpoint`: what was stored of a run is damaged, or of another one, and nothing goes on from it.
 * - `wrong-frame`: what somebody said in a federate's name cannot be true, so the run cannot go on.
 * - `bad-key`: the key of the run could be guessed.
 * - `bad-frame`: this side is asked to send what the wire cannot carry.
 * - `link-lost`: the connection to the server is gone and did not come back.
 * - `agent-fault`: a bug in an agent; `fault` says where.
 * - `no-host`: no federate can host some agent.
 * - `timeout`: the federation did not come together, or the run did not end, in time.
 * - `aborted`: somebody stopped the run.
 */
export type FederationErrorCode =
  | 'no-server'
  | 'denied'
  | 'plan-mismatch'
  | 'silent'
  | 'lost-federate'
  | 'lost-coordinator'
  | 'bad-checkpoint'
  | 'wrong-frame'
  | 'bad-key'
  | 'bad-frame'
  | 'link-lost'
  | 'agent-fault'
  | 'no-host'
  | 'timeout'
  | 'aborted';

/** What it takes to replay a fault: the seed, the agent, and the event it failed on (null: while it started). */
export interface FaultKey {
  readonly seed: number;
  readonly agent: AgentId;
  readonly event: Event | null;
}

export class FederationError extends Error {
  override readonly name = 'FederationError';
  readonly code: FederationErrorCode;
  /** Present if the code is `agent-fault`. */
  readonly fault: FaultKey | undefined;
  /** The federate in whose name something wrong was said. */
  readonly blamed: string | undefined;

  constructor(
    code: FederationErrorCode,
    message: string,
    of: { readonly fault?: FaultKey | undefined; readonly blamed?: string | undefined } = {},
  ) {
    super(message);
    this.code = code;
    this.fault = of.fault;
    this.blamed = of.blamed;
  }
}

/** Returns the error for what was said in a name and cannot be true: the name, then what is wrong with it. */
export function wrongFrame(blamed: string, what: string): FederationError {
  const who = blamed === 'coordinator' ? 'the coordinator' : `federate ${blamed}`;
  return new FederationError('wrong-frame', `${who} ${what}`, { blamed });
}

/** Returns the text of whatever was thrown. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
