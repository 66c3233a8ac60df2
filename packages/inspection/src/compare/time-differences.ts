/** The time that each thread spent in each look in two runs, those first that differ most. */
import type { AgentId, VirtualTime } from '@dragon/engine';
import type { RunRecord } from '../run-record.ts';
import { STATE_LOOKS, type StateLook } from '../state-look.ts';

export interface TimeDifference {
  readonly agent: AgentId;
  /** Nanoseconds, in the order of `STATE_LOOKS`; empty where a run has no such thread. */
  readonly one: readonly number[];
  readonly other: readonly number[];
  /** Time that was spent otherwise, in nanoseconds. */
  readonly moved: VirtualTime;
  /** The look whose time differs most, and by how much: more in the other run if positive. */
  readonly most: { readonly look: StateLook; readonly by: VirtualTime };
}

/** Returns the threads of either run whose times before `until` differ. */
export function timeDifferences(one: RunRecord, other: RunRecord, until: VirtualTime): TimeDifference[] {
  const threads = [one, other].flatMap(({ agents }) => agents.filter(({ task }) => task !== undefined));
  const ids = new Set(threads.map(({ id }) => id));
  return [...ids]
    .map((agent) => difference(agent, timesOf(one, agent, until), timesOf(other, agent, until)))
    .filter(({ moved }) => moved > 0)
    .toSorted((a, b) => b.moved - a.moved);
}

function difference(agent: AgentId, one: readonly number[], other: readonly number[]): TimeDifference {
  const changes = STATE_LOOKS.map((look, i) => ({ look, by: (other[i] ?? 0) - (one[i] ?? 0) }));
  const moved = changes.reduce((sum, { by }) => sum + Math.max(0, by), 0);
  const [most = { look: 'part' as const, by: 0 }] = changes.toSorted((a, b) => Math.abs(b.by) - Math.abs(a.by));
  return { agent, one, other, moved, most };
}

function timesOf(record: RunRecord, agent: AgentId, until: VirtualTime): readonly number[] {
  const place = record.placeOf(agent);
  return place < 0 ? [] : record.lane(place).shares(0, until, place);
}
