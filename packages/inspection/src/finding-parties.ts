/** Parties of a finding: the agents that it is about, and what they wait for, as its evidence has them. */
import type { AgentId, AgentSpec, Finding } from '@dragon/engine';
import type { Deadlock, WaitingTask } from '@dragon/report';

export interface FindingParties {
  readonly agents: readonly AgentId[];
  readonly resources: readonly string[];
}

/** `agents`: those of the plan; a killed task is known by its pid. */
export function findingParties({ kind, evidence }: Finding, agents: readonly AgentSpec[]): FindingParties {
  switch (kind) {
    case 'deadlock': {
      const { cycle } = evidence as unknown as Deadlock;
      return {
        agents: cycle.map(({ agent }) => agent),
        resources: cycle.map(({ waitsFor }) => waitsFor.resource),
      };
    }
    case 'stall': {
      const { agent, waitsFor } = evidence as unknown as WaitingTask;
      return { agents: [agent], resources: [waitsFor.resource] };
    }
    case 'oom': {
      const { pid } = evidence as unknown as { readonly pid: number };
      return { agents: agents.filter(({ task }) => task?.pid === pid).map(({ id }) => id), resources: [] };
    }
    case 'property': {
      const { agent } = evidence as unknown as { readonly agent?: AgentId };
      return { agents: agent === undefined ? [] : [agent], resources: [] };
    }
  }
}
