/**
 * A tour of a deadlock for whoever has never seen one: who takes what, who begins to wait for whom, until the ring is
 * closed. Stops are found by what happened, so that every seed has its own.
 */
import type { AgentId, FactsChange, VirtualTime } from '@dragon/engine';
import { holderOf } from './kernel-steps.ts';
import type { ReportNames } from './report-names.ts';
import { type Sentence, sentence } from './sentence.ts';
import { WaitFacts } from './wait-facts.ts';
import type { Deadlock, DeadlockParty } from './wait-for-graph.ts';

export interface TourStop {
  readonly at: VirtualTime;
  /** Whom to look at, the one who acts first. */
  readonly agents: readonly AgentId[];
  readonly sentence: Sentence;
  readonly stage: 'waits' | 'compare';
}

/** A policy that cures it: what it changes, and in a few words. */
export interface TourCure {
  readonly change: string;
  readonly about: string;
}

/**
 * Returns the stops in the order of time: each lock that closes the ring as it is taken, each wait as both its sides
 * have told it, the last as the deadlock is found, and the cure in the end, if there is one. `changes`: those of the
 * run, in its order, at least up to the deadlock.
 */
export function tourStops(
  deadlock: Deadlock,
  changes: Iterable<FactsChange>,
  names: ReportNames,
  cure?: TourCure,
): TourStop[] {
  const { cycle, at: foundAt } = deadlock;
  const begun = waitsBegun(deadlock, changes);
  const last = cycle.reduce((latest, party) => (party.waitingSince > latest.waitingSince ? party : latest));
  const stops: TourStop[] = cycle.flatMap((party, i) => {
    const { agent, blockedOn, waitingSince } = party;
    const behind = cycle.at(i - 1);
    const at = party === last ? foundAt : (begun.get(agent) ?? waitingSince);
    const wait = {
      at,
      agents: [agent, blockedOn],
      sentence: waitText(party, party === last, names),
      stage: 'waits',
    } as const;
    return [...(behind === undefined ? [] : takeStop(party, behind, names)), wait];
  });
  stops.sort((a, b) => a.at - b.at);
  if (cure !== undefined)
    stops.push({
      at: foundAt,
      agents: cycle.map(({ agent }) => agent),
      sentence: sentence`The same run with ${cure.change}: ${cure.about}.`,
      stage: 'compare',
    });
  return stops;
}

/** The stop at which a party takes what the one behind it will wait for. Work that it runs it has taken from nobody. */
function takeStop(party: DeadlockParty, behind: DeadlockParty, { tasks, resources }: ReportNames): TourStop[] {
  const hold = party.holds.find(({ resource }) => resource === behind.waitsFor.resource);
  if (hold === undefined || resources.isWork(hold.resource)) return [];
  const { resource, since } = hold;
  const take = { text: resources.take(hold), resource };
  return [
    {
      at: since,
      agents: [party.agent],
      sentence: sentence`${tasks.piece(party.agent)} ${take}, and keeps it from now on.`,
      stage: 'waits',
    },
  ];
}

function waitText(party: DeadlockParty, closesRing: boolean, names: ReportNames): Sentence {
  const { tasks, resources } = names;
  const { agent, waitsFor } = party;
  const asks = { text: resources.ask(waitsFor), resource: waitsFor.resource };
  const whole = sentence`${tasks.piece(agent)} ${asks}, ${holderOf(party, names)}`;
  if (!closesRing) return sentence`${whole}, and sleeps.`;
  return sentence`${whole}. The ring is closed: each waits for the next, and nobody is left to release anything.`;
}

/** Returns when each party's wait was known to both of its sides: from then on there is an arrow. */
function waitsBegun({ cycle, at: foundAt }: Deadlock, changes: Iterable<FactsChange>): Map<AgentId, VirtualTime> {
  const facts = new WaitFacts(() => undefined);
  const begun = new Map<AgentId, VirtualTime>();
  let now: VirtualTime = 0;
  const look = (): void => {
    for (const { agent, blockedOn, waitingSince } of cycle)
      if (!begun.has(agent) && now >= waitingSince && facts.blockers(agent).includes(blockedOn)) begun.set(agent, now);
  };
  for (const change of changes) {
    if (change.at > foundAt) break;
    if (change.at > now) look();
    now = change.at;
    facts.apply(change);
  }
  look();
  return begun;
}
