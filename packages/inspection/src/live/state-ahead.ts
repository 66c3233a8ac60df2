/** State of an agent of a watched run that its record has not come to yet, in the form in which a record has states. */
import type { VirtualTime } from '@dragon/engine';
import type { RunRecord, StateName } from '../run-record.ts';
import type { InspectedStep } from './inspect-frame.ts';

export interface StateAhead {
  readonly state: StateName;
  readonly since: VirtualTime;
  /** The message that led to it, and the numbers of the transitions taken since the record's last state. */
  readonly cause: { readonly message: string; readonly taken: readonly number[] } | undefined;
}

/** Returns undefined if the agent is in the state that the record has last, or there is no such agent. */
export function stateAhead(
  record: RunRecord,
  { agent, name, t, message, edges }: InspectedStep,
): StateAhead | undefined {
  const place = record.placeOf(agent);
  const kind = record.agents[place]?.kind;
  if (kind === undefined || record.now(place, record.edge).state.text === name) return undefined;
  const index = record.chartOf(kind);
  const taken = edges.flatMap((edge) => index?.numberOf(edge) ?? []);
  return {
    state: record.stateNamed(kind, name),
    since: t,
    cause: message === undefined ? undefined : { message, taken },
  };
}
