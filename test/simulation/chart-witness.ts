/**
 * Witness of charts: what names and guards say of an agent's chart is so in every step. A state's name is read back as
 * a configuration that the chart can be in, and what is ruled out for an agent is never taken.
 */
import {
  type AgentDefinition,
  type AgentId,
  type Chart,
  type NamedState,
  type Observer,
  type Seen,
  stateName,
  stateNameReader,
  stateNameWith,
} from '@dragon/engine';
import { OFF_CPU } from '@dragon/kernel';

/** One for all runs: names that it knows are not read again. */
export class ChartWitness {
  /** The first of each kind of complaint. */
  readonly complaints = new Set<string>();
  /** How many transitions were ruled out for some agent. */
  ruledOut = 0;
  readonly #names = new Map<Chart, Map<string, string>>();

  /** Returns what watches one run. */
  observer(): Observer {
    const never = new Map<AgentId, ReadonlySet<string>>();
    return {
      moves: true,
      see: ({ agent, definition, after, state, moves = [] }: Seen) => {
        const { chart } = definition;
        if (chart === undefined) return;
        const wrong = this.#wrongOf(chart, state);
        if (wrong !== '') this.complaints.add(`${chart.id}: ${wrong}`);
        let out = never.get(agent);
        if (out === undefined) never.set(agent, (out = this.#ruledOutFor(definition, after)));
        if (out.size === 0) return;
        for (const { taken } of moves)
          for (const { source, by, index } of taken)
            if (out.has(`${source} ${by} ${index}`))
              this.complaints.add(`${chart.id} takes ${source} ${by} ${index}, which was ruled out`);
      },
    };
  }

  #ruledOutFor(definition: AgentDefinition, state: unknown): ReadonlySet<string> {
    const out = definition.ruledOut?.(state) ?? [];
    this.ruledOut += out.length;
    return new Set(out.map(({ source, by, index }) => `${source} ${by} ${index}`));
  }

  #wrongOf(chart: Chart, name: string): string {
    let known = this.#names.get(chart);
    if (known === undefined) this.#names.set(chart, (known = new Map()));
    let wrong = known.get(name);
    if (wrong === undefined) known.set(name, (wrong = problemOf(chart, name)));
    return wrong;
  }
}

/** Returns what is wrong with a name; empty if nothing is. */
function problemOf(chart: Chart, name: string): string {
  const { leaves, active, others } = stateNameReader(chart)(name);
  const read = stateName(leaves.map(({ path }) => path));
  if (name !== (others.length === 0 ? read : stateNameWith(read, OFF_CPU))) return `${name} is read as ${read}`;
  return chart.nodes.every(({ path, type }) => isLegal(chart, { active }, path, type)) ? '' : `${name} is no state`;
}

/** One child of an active compound is active, all of a parallel one, and none of what is not active. */
function isLegal({ nodes }: Chart, { active }: Pick<NamedState, 'active'>, path: string, type: string): boolean {
  const prefix = path === '' ? '' : `${path}.`;
  const children = nodes.filter(
    (each) => each.path !== '' && each.path.startsWith(prefix) && !each.path.slice(prefix.length).includes('.'),
  );
  const count = children.filter((each) => active.has(each.path)).length;
  if (path !== '' && !active.has(path)) return count === 0;
  return count === (type === 'compound' ? 1 : type === 'parallel' ? children.length : 0);
}
