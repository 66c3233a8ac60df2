/**
 * The steps that led to a deadlock as the charts took them: of what each party did last, the shortest list that
 * explains how it came to hold and to wait. In the kernel's words they are in `kernel-steps.ts`.
 */
import { type AgentId, compareText, type Row, type VirtualTime } from '@dragon/engine';
import type { ResourceNames } from './resource-names.ts';
import type { Deadlock, DeadlockParty } from './wait-for-graph.ts';

export interface DeadlockStep {
  readonly at: VirtualTime;
  readonly agent: AgentId;
  /** The row; absent if the agent's history no longer reaches back to this step. */
  readonly row?: Row | undefined;
  /** What of the deadlock this step brought about, as in `locks the AGI of AG 0`; empty for a step in between. */
  readonly brought: readonly string[];
}

export interface DeadlockSteps {
  /** By time, then agent, then as the agent took them. */
  readonly steps: readonly DeadlockStep[];
  /** Rows of the parties since the first of these steps that changed nothing or repeat another. */
  readonly leftOut: number;
}

/**
 * Returns, for each party from the first lock it holds on: every step in which it took a lock or began to wait, and
 * each other step that changed its state, of equal ones (same message, same state) only the last.
 */
export function deadlockSteps(
  deadlock: Deadlock,
  history: (agent: AgentId) => readonly Row[],
  resources: ResourceNames,
): DeadlockSteps {
  const parts = deadlock.cycle.map((party) => stepsOf(party, history(party.agent), deadlock.at, resources));
  const steps = parts
    .flatMap((part) => part.steps)
    .sort((a, b) => a.at - b.at || compareText(a.agent, b.agent) || (a.row?.index ?? -1) - (b.row?.index ?? -1));
  return { steps, leftOut: parts.reduce((sum, part) => sum + part.leftOut, 0) };
}

function stepsOf(
  party: DeadlockParty,
  history: readonly Row[],
  until: VirtualTime,
  resources: ResourceNames,
): DeadlockSteps {
  const brought = broughtAbout(party, resources);
  const first = Math.min(...brought.keys());
  const causes = causesOf(brought, history);
  const kept: DeadlockStep[] = [];
  const seen = new Set<string>();
  let leftOut = 0;
  // Backwards, so that of equal steps the last is met first.
  for (let i = history.length - 1; i >= 0; i -= 1) {
    const row = history[i];
    if (row === undefined || row.at > until || row.at < first) continue;
    const changed = row.state !== history[i - 1]?.state;
    const effects = causes.get(row.at) === row ? brought.get(row.at) : undefined;
    const key = `${row.message.type} ${row.state}`;
    if (effects !== undefined) {
      brought.delete(row.at);
      kept.push({ at: row.at, agent: party.agent, row, brought: effects });
    } else if (changed && !seen.has(key)) {
      kept.push({ at: row.at, agent: party.agent, row, brought: [] });
    } else {
      leftOut += 1;
    }
    seen.add(key);
  }
  for (const [at, effects] of brought) kept.push({ at, agent: party.agent, brought: effects });
  return { steps: kept, leftOut };
}

/** The row that brought each of these instants about: the last that changed the state then, or else the last. */
function causesOf(brought: ReadonlyMap<VirtualTime, unknown>, history: readonly Row[]): Map<VirtualTime, Row> {
  const causes = new Map<VirtualTime, { row: Row; changed: boolean }>();
  history.forEach((row, i) => {
    const changed = row.state !== history[i - 1]?.state;
    if (brought.has(row.at) && (changed || causes.get(row.at)?.changed !== true)) causes.set(row.at, { row, changed });
  });
  return new Map([...causes].map(([at, { row }]) => [at, row]));
}

/** What happened to the party at which instant. */
function broughtAbout(party: DeadlockParty, resources: ResourceNames): Map<VirtualTime, string[]> {
  const brought = new Map<VirtualTime, string[]>();
  const add = (at: VirtualTime, text: string) => brought.set(at, [...(brought.get(at) ?? []), text]);
  for (const hold of party.holds) add(hold.since, resources.take(hold));
  add(party.waitingSince, `waits for ${resources.wait(party.waitsFor)}`);
  return brought;
}
