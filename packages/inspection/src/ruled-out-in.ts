/** What nothing in a run can make an agent do: what never changes in a run keeps it from that, so its start tells. */
import type { AgentId, Definitions, Plan, RuledOut } from '@dragon/engine';

/** Returns it as far as it is known: nothing of kinds that the definitions do not have. */
export function ruledOutIn({ agents }: Plan, agent: AgentId, definitions: Definitions): readonly RuledOut[] {
  const spec = agents.find(({ id }) => id === agent);
  const definition = definitions.get(spec?.kind ?? '');
  if (spec === undefined || definition?.ruledOut === undefined) return [];
  return definition.ruledOut(definition.init(spec.params, agent).state);
}
