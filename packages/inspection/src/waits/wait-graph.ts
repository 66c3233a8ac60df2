/**
 * The graph of who waits for whom at an instant, as it is drawn: tasks and stacks of tasks, arrows from who waits to
 * who is in the way, and the cycle if there is one. Every arrow is a fact; nothing is guessed.
 */
import { type AgentId, compareText, type Hold, type LockMode, type VirtualTime } from '@dragon/engine';
import { SB_WRITERS } from '@dragon/kernel';
import type { WaitFacts } from '@dragon/report';
import type { RunRecord } from '../run-record.ts';
import { deadlockAt, standingParties } from '../story-at.ts';

/** A task, or several that wait for the same and for which nobody waits. */
export interface WaitNode {
  /** The first agent's id. */
  readonly id: AgentId;
  readonly agents: readonly AgentId[];
  readonly isParty: boolean;
  /** A finding that stands is about it. */
  readonly isFound: boolean;
  /** Others wait for it. */
  readonly isHolder: boolean;
  /** What it has that nobody waits for yet. */
  readonly spareHolds: readonly Hold[];
}

export interface WaitEdge {
  readonly from: AgentId;
  readonly to: AgentId;
  readonly resource: string;
  /** How it is wanted, and how it is had. */
  readonly lock: LockMode;
  readonly heldAs: LockMode;
  /** It is one of the cycle; without one, both ends are what a finding is about. */
  readonly isParty: boolean;
}

export interface WaitGraphView {
  readonly nodes: readonly WaitNode[];
  readonly edges: readonly WaitEdge[];
  /** The parties of a deadlock that stands at this instant: each waits for the next. */
  readonly cycle: readonly AgentId[];
  /** Tasks that wait, whether they are drawn or not. */
  readonly waiting: number;
  /** Those of them that wait behind the cycle. */
  readonly behind: number;
  /** Tasks that there was no room for. */
  readonly left: number;
}

/** No drawing has more nodes. */
const MOST_NODES = 40;

/** Returns the graph at `t`. `opened`: ids of stacks whose tasks are drawn one by one. */
export function waitGraphAt(record: RunRecord, t: VirtualTime, opened: ReadonlySet<AgentId>): WaitGraphView {
  const facts = record.waitsAt(t);
  const parties = deadlockAt(record, t)?.parties ?? [];
  const found = new Set(standingParties(record, t));
  const edges = allEdges(record, facts, parties, found);
  const holders = new Set(edges.map(({ to }) => to));
  const stacks = stacksOf(record, edges, holders, parties, opened);
  const drawn = inOrderOfWeight([...stacks.values()], edges);
  const kept = drawn.slice(0, MOST_NODES);
  const ids = new Set(kept.map(({ id }) => id));
  return {
    nodes: kept.map((stack) => ({
      ...stack,
      isFound: stack.agents.some((agent) => found.has(agent)),
      spareHolds: spareHolds(facts, stack.agents),
    })),
    edges: edges.filter(({ from, to }) => ids.has(from) && ids.has(to)),
    cycle: parties,
    waiting: [...facts.tasks.values()].filter(({ waitsFor }) => waitsFor !== null).length,
    behind: facts.behind(parties).size,
    left: drawn.slice(MOST_NODES).reduce((sum, { agents }) => sum + agents.length, 0),
  };
}

type Stack = Omit<WaitNode, 'spareHolds' | 'isFound'>;

/** Parties first, then whoever most wait for, each followed by those who do: an arrow without an end says nothing. */
function inOrderOfWeight(stacks: readonly Stack[], edges: readonly WaitEdge[]): Stack[] {
  const waiters = new Map<AgentId, Set<AgentId>>();
  for (const { from, to } of edges) waiters.set(to, (waiters.get(to) ?? new Set()).add(from));
  const weight = ({ id }: Stack): number => waiters.get(id)?.size ?? 0;
  const sorted = stacks.toSorted(
    (a, b) => Number(b.isParty) - Number(a.isParty) || weight(b) - weight(a) || compareText(a.id, b.id),
  );
  const byId = new Map(stacks.map((stack) => [stack.id, stack]));
  const ordered = new Set(sorted.filter(({ isParty }) => isParty));
  for (const stack of sorted) {
    ordered.add(stack);
    for (const waiter of waiters.get(stack.id) ?? []) {
      const waiting = byId.get(waiter);
      if (waiting !== undefined) ordered.add(waiting);
    }
  }
  return [...ordered];
}

/** In the order of the plan, from wherever the cursor came. */
function allEdges(
  record: RunRecord,
  facts: WaitFacts,
  parties: readonly AgentId[],
  found: ReadonlySet<AgentId>,
): WaitEdge[] {
  const next = new Map(parties.map((party, i) => [party, parties[(i + 1) % parties.length]]));
  const tasks = [...facts.tasks].toSorted(([a], [b]) => record.placeOf(a) - record.placeOf(b));
  return tasks.flatMap(([from, { waitsFor }]) => {
    if (waitsFor === null) return [];
    const { resource, lock } = waitsFor;
    return facts.blockers(from).map((to) => ({
      from,
      to,
      resource,
      lock,
      heldAs: facts.tasks.get(to)?.holds.find((hold) => hold.resource === resource)?.mode ?? '',
      isParty: parties.length > 0 ? next.get(from) === to : found.has(from) && found.has(to),
    }));
  });
}

/** Returns what tasks of a kind have in common: `kworker` of `kworker/0:1`. */
export const kindOfTask = (comm: string): string => comm.split('/')[0] ?? comm;

/** Tasks of one kind that wait for the same things, and for which nobody waits, are one. */
function stacksOf(
  record: RunRecord,
  edges: readonly WaitEdge[],
  holders: ReadonlySet<AgentId>,
  cycle: readonly AgentId[],
  opened: ReadonlySet<AgentId>,
): Map<string, Stack> {
  const parties = new Set(cycle);
  const targets = new Map<AgentId, string>();
  for (const { from, to, resource, lock } of edges)
    targets.set(from, `${targets.get(from) ?? ''} ${resource} ${lock} ${to}`);
  const stacks = new Map<string, { id: AgentId; agents: AgentId[]; isParty: boolean; isHolder: boolean }>();
  for (const agent of new Set([...targets.keys(), ...holders])) {
    const isHolder = holders.has(agent);
    const key = isHolder
      ? agent
      : `${kindOfTask(record.agents[record.placeOf(agent)]?.task?.comm ?? agent)}${targets.get(agent)}`;
    const known = stacks.get(key);
    if (known === undefined) stacks.set(key, { id: agent, agents: [agent], isParty: parties.has(agent), isHolder });
    else if (opened.has(known.id)) stacks.set(agent, { id: agent, agents: [agent], isParty: false, isHolder });
    else known.agents.push(agent);
  }
  return stacks;
}

function spareHolds(facts: WaitFacts, agents: readonly AgentId[]): readonly Hold[] {
  const [agent] = agents;
  if (agent === undefined || agents.length > 1) return [];
  const holds = facts.tasks.get(agent)?.holds ?? [];
  // Every write has sb_writers while it lasts: it matters when a freeze waits for it.
  return holds.filter(({ resource }) => resource !== SB_WRITERS && facts.queue(resource).length === 0);
}
