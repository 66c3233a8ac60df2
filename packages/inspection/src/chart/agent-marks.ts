/** Marks of the chart of an agent at an instant of a recorded run. */
import type { AgentId, RuledOut, VirtualTime } from '@dragon/engine';
import { lookAt } from '../agent-looks.ts';
import type { StateAhead } from '../live/state-ahead.ts';
import type { RunRecord } from '../run-record.ts';
import type { RuledOutEdges } from './agent-card.ts';
import type { ChartIndex } from './chart-index.ts';
import { type ChartMarks, NO_MARKS, possibleEdges } from './chart-marks.ts';
import { ChartVisits } from './chart-visits.ts';

/** Returns what cannot come by the numbers of the transitions. */
export function ruledOutEdges(index: ChartIndex, ruledOut: readonly RuledOut[]): RuledOutEdges {
  return new Map(
    ruledOut.flatMap(({ because, ...edge }) => {
      const number = index.numberOf(edge);
      return number === undefined ? [] : [[number, because] as const];
    }),
  );
}

/**
 * Returns the marks of an agent's chart; `visits` of the same agent may be kept from one instant to another. `ahead`:
 * where it has come to meanwhile, if the record has not.
 */
export function agentMarks(
  record: RunRecord,
  agent: AgentId,
  t: VirtualTime,
  ruledOut: RuledOutEdges,
  visits = new ChartVisits(record, record.placeOf(agent)),
  ahead?: StateAhead,
): ChartMarks {
  const place = record.placeOf(agent);
  const index = record.chartOf(record.agents[place]?.kind ?? '');
  if (index === undefined) return NO_MARKS;
  const now = record.now(place, t);
  const { state } = ahead ?? now;
  const named = index.read(state.text);
  const out = new Set(ruledOut.keys());
  return {
    active: named.active,
    look: lookAt(record, agent, t, ahead),
    taken: new Set(ahead === undefined ? record.taken(now.row) : ahead.cause?.taken),
    visitedStates: visits.states(t),
    visitedEdges: visits.edges(t),
    possible: possibleEdges(index, named, out),
    ruledOut: out,
  };
}
