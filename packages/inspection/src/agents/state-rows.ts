/** Where the threads of a run are: states by number, as a list beside the cells. */
import type { AgentId } from '@dragon/engine';
import { agentGroupName } from '@dragon/report';
import { mainLeafPath } from '../main-leaf.ts';
import type { RunRecord } from '../run-record.ts';
import type { StateLook } from '../state-look.ts';
import type { AgentsAt } from './agents-at.ts';

/** Threads of one group in one state. */
export interface StateRow {
  /** `kworker` */
  readonly group: string;
  /** The path of the leaf that says what they do: `worker.running.waitingForAgi`. */
  readonly path: string;
  readonly look: StateLook;
  readonly agents: readonly AgentId[];
}

/** In the order in which they are worth a look. */
const RANKS: readonly StateLook[] = ['wait', 'ready', 'run', 'sleep', 'exit', 'part'];

/** Returns the states, those who wait first, then by number. */
export function stateRows(record: RunRecord, { states }: AgentsAt): StateRow[] {
  const rows = new Map<string, StateRow & { readonly agents: AgentId[] }>();
  const paths = new Map<string, string>();
  for (const [place, agent] of record.agents.entries()) {
    const state = states[place];
    if (agent.task === undefined || state === undefined) continue;
    const named = `${state.kind} ${state.text}`;
    let path = paths.get(named);
    if (path === undefined) paths.set(named, (path = mainLeafPath(record.chartOf(state.kind), state.text)));
    const group = agentGroupName(agent);
    const key = `${group} ${path} ${state.look}`;
    const row = rows.get(key);
    if (row === undefined) rows.set(key, { group, path, look: state.look, agents: [agent.id] });
    else row.agents.push(agent.id);
  }
  return [...rows.values()].toSorted(
    (a, b) => RANKS.indexOf(a.look) - RANKS.indexOf(b.look) || b.agents.length - a.agents.length,
  );
}

/** Returns the leaf with the compound around it as far as they are short: `running.waitingForAgi`. */
export function shortPath(path: string, most = 28): string {
  const [leaf = '', parent] = path.split('.').toReversed();
  if (parent === undefined) return leaf;
  return parent.length + 1 + leaf.length <= most ? `${parent}.${leaf}` : `…${leaf}`;
}
