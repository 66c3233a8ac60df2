/** A fault that somebody wants to put into the run, before its numbers are said. */
import type { AgentId } from '@dragon/engine';

/** A kind of fault, and whom it is to strike, if that is said. */
export interface WantedFault {
  readonly kind: string;
  readonly agent?: AgentId | undefined;
  /** The type of the message, where the fault carries one. */
  readonly type?: string | undefined;
}
