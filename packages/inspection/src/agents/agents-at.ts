/** The look and the state of every agent of a run at an instant, in one pass: for drawings of thousands. */
import type { AgentId, VirtualTime } from '@dragon/engine';
import type { GroupDoings, WaitFacts } from '@dragon/report';
import type { Look } from '../agent-looks.ts';
import type { RunRecord, StateName } from '../run-record.ts';
import { STATE_LOOKS } from '../state-look.ts';
import { standingParties } from '../story-at.ts';

/** Looks by their number. */
export const LOOKS: readonly Look[] = [...STATE_LOOKS, 'find', 'held'];

const FIND = LOOKS.indexOf('find');
const HELD = LOOKS.indexOf('held');
const PART = LOOKS.indexOf('part');

/** By place. */
export interface AgentsAt {
  /** Numbers of looks. */
  readonly looks: Uint8Array;
  readonly states: readonly StateName[];
}

export function agentsAt(record: RunRecord, t: VirtualTime): AgentsAt {
  const count = record.agents.length;
  const looks = new Uint8Array(count);
  const states: StateName[] = [];
  for (let place = 0; place < count; place += 1) {
    const lane = record.lane(place);
    const state = lane.stateOf(lane.stretchAt(t), place);
    states.push(state);
    looks[place] = STATE_LOOKS.indexOf(state.look);
  }
  for (const { teller, holders } of record.waitsAt(t).resources.values()) {
    if (teller === null || holders.size === 0) continue;
    const place = record.placeOf(teller);
    if (looks[place] === PART) looks[place] = HELD;
  }
  for (const party of standingParties(record, t)) looks[record.placeOf(party)] = FIND;
  return { looks, states };
}

/** Returns what the agents of a group do, by number. */
export function groupDoings(record: RunRecord, group: readonly AgentId[], at: AgentsAt, facts: WaitFacts): GroupDoings {
  const counts = LOOKS.map(() => 0);
  const waits = new Map<string, number>();
  for (const agent of group) {
    const place = record.placeOf(agent);
    const look = STATE_LOOKS.indexOf(at.states[place]?.look ?? 'part');
    const wait = facts.tasks.get(agent)?.waitsFor;
    if (STATE_LOOKS[look] === 'wait' && wait) waits.set(wait.resource, (waits.get(wait.resource) ?? 0) + 1);
    counts[look] = (counts[look] ?? 0) + 1;
    if (at.looks[place] === HELD) counts[HELD] = (counts[HELD] ?? 0) + 1;
  }
  const of = (look: Look): number => counts[LOOKS.indexOf(look)] ?? 0;
  return {
    size: group.length,
    run: of('run'),
    ready: of('ready'),
    sleep: of('sleep'),
    exit: of('exit'),
    held: of('held'),
    waits,
  };
}
