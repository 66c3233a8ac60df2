/** How the agents of a run look at an instant, with what a finding makes of them and what is held of them. */
import type { AgentId, VirtualTime } from '@dragon/engine';
import type { RunRecord, StateName } from './run-record.ts';
import type { StateLook } from './state-look.ts';
import { standingParties } from './story-at.ts';

/** A look of a state, or what a finding makes of it, or that of a lock that somebody holds. */
export type Look = StateLook | 'find' | 'held';

/** Returns the look of an agent, or that of a finding's party. `now`: where it is, if not where the record says. */
export function lookAt(
  record: RunRecord,
  agent: AgentId,
  t: VirtualTime,
  { state }: { readonly state: StateName } = record.now(record.placeOf(agent), t),
): StateLook | 'find' {
  return standingParties(record, t).includes(agent) ? 'find' : state.look;
}

/** Returns the look of an agent by its place. */
export function agentLooks(record: RunRecord, t: VirtualTime): (place: number) => Look {
  const parties = new Set(standingParties(record, t));
  const held = new Set<AgentId>();
  for (const { teller, holders } of record.waitsAt(t).resources.values())
    if (teller !== null && holders.size > 0) held.add(teller);
  return (place) => {
    const agent = record.agents[place]?.id ?? '';
    if (parties.has(agent)) return 'find';
    const { look } = record.now(place, t).state;
    return look === 'part' && held.has(agent) ? 'held' : look;
  };
}
