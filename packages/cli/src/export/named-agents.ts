/** Agents as a person names them: by their id, or as a report calls the thread. */
import type { AgentId, Plan } from '@dragon/engine';
import { nearest } from '@dragon/kernel';
import { TaskNames } from '@dragon/report';
import { UsageError } from '../failure.ts';

/** Names in a message: nobody reads more. */
const MOST_NAMES = 12;

/**
 * Returns the agents of the plan that are named so, in that order, each once. Throws a `UsageError` for a name that
 * none has, or several.
 */
export function agentsNamed(
  names: readonly string[] | undefined,
  plan: Pick<Plan, 'agents'>,
  option = '--agents',
): readonly AgentId[] {
  const tasks = new TaskNames(plan);
  const known = new Map<string, Set<AgentId>>();
  for (const { id, task } of plan.agents)
    for (const name of [id, tasks.name(id), task?.comm ?? id]) {
      const bearers = known.get(name);
      if (bearers === undefined) known.set(name, new Set([id]));
      else bearers.add(id);
    }
  const some = (ids: readonly AgentId[]) =>
    `${ids
      .slice(0, MOST_NAMES)
      .map((id) => tasks.name(id))
      .join(', ')}${ids.length > MOST_NAMES ? ', …' : ''}`;
  const all = some(plan.agents.map(({ id }) => id));
  if (names === undefined)
    throw new UsageError(`${option} is missing: name ${option === '--agents' ? 'some' : 'one'} of ${all}`);
  const agentNamed = (name: string): AgentId => {
    const [agent, ...others] = known.get(name) ?? [];
    if (agent === undefined) {
      const guess = nearest(name, [...known.keys()]);
      throw new UsageError(
        `unknown agent '${name}'${guess === undefined ? '' : `; did you mean ${guess}?`} (of ${all})`,
      );
    }
    if (others.length > 0) throw new UsageError(`several agents are called '${name}': ${some([agent, ...others])}`);
    return agent;
  };
  return [...new Set(names.map(agentNamed))];
}
