/** The threads that are worth a look among thousands: parties of findings, reclaim, repair, and who is in the way. */
import { type AgentId, compareText, type VirtualTime } from '@dragon/engine';
import type { RunRecord } from '../run-record.ts';
import { partiesAt } from '../story-at.ts';

/** Kinds of which there are few, and around which the others gather. */
const KINDS: ReadonlySet<string> = new Set(['kswapd', 'repair']);

const MOST_THREADS = 6;

/** Returns them in that order, each once; not those that are gone. */
export function threadsOfInterest(record: RunRecord, t: VirtualTime): AgentId[] {
  const facts = record.waitsAt(t);
  const known = record.agents.filter(({ kind }) => KINDS.has(kind)).map(({ id }) => id);
  const inTheWay = [...facts.tasks.keys()]
    .map((agent) => ({ agent, behind: facts.tasks.get(agent)?.holds.length ? facts.waitersOn(agent).length : 0 }))
    .filter(({ behind }) => behind > 0)
    .toSorted((a, b) => b.behind - a.behind || compareText(a.agent, b.agent))
    .map(({ agent }) => agent);
  return [...new Set([...partiesAt(record, t), ...known, ...inTheWay])]
    .filter((agent) => record.now(record.placeOf(agent), t).state.look !== 'exit')
    .slice(0, MOST_THREADS);
}

/** Returns the task that has waited longest at `t`; undefined if nobody waits. */
export function longestWaiter(record: RunRecord, t: VirtualTime): AgentId | undefined {
  const [longest] = [...record.waitsAt(t).tasks]
    .filter(([, { waitsFor }]) => waitsFor !== null)
    .toSorted(([a, one], [b, other]) => one.waitingSince - other.waitingSince || compareText(a, b));
  return longest?.[0];
}
