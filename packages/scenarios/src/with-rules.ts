/** Plans with rules: what a person says of messages and timers, put into a plan that has the agents they name. */
import { type AgentId, type Plan, type Rule, validatePlan } from '@dragon/engine';
import { FaultError, unknownName } from '@dragon/kernel';

/** Returns the plan with these rules; the plan itself if there are none. Throws `FaultError`. */
export function withRules(plan: Plan, rules: readonly Rule[]): Plan {
  if (rules.length === 0) return plan;
  const taken = new Set(plan.rules?.map(({ name }) => name));
  const twin = rules.find(({ name }) => taken.has(name));
  if (twin !== undefined) throw new FaultError(`rule ${twin.name}: a fault of this run has that name`);
  const ruled = { ...plan, rules: [...(plan.rules ?? []), ...rules.map((rule) => namingAgents(plan, rule))] };
  validatePlan(ruled);
  return ruled;
}

/** A rule may name agents by ids and kinds, and threads as a shell shows them: `kswapd0`. */
export function namingAgents({ agents, until }: Plan, rule: Rule): Rule {
  const kinds = new Set(agents.map(({ kind }) => kind));
  const ids = new Set(agents.map(({ id }) => id));
  const agentsNamed = (word: string): readonly AgentId[] => {
    if (kinds.has(word) || ids.has(word)) return [word];
    const threads = agents.filter(({ task }) => task?.comm === word).map(({ id }) => id);
    if (threads.length > 0) return threads;
    throw new FaultError(`rule ${rule.name}: this run has no such agent: ${unknownName('agent', word, [...kinds])}`);
  };
  const { from, to, since = 0 } = rule;
  if (since >= until) throw new FaultError(`rule ${rule.name} begins after the end of the run`);
  return { ...rule, ...(from && { from: from.flatMap(agentsNamed) }), ...(to && { to: to.flatMap(agentsNamed) }) };
}
