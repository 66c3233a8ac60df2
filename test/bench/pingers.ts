/** Two agents that pass a ball to and fro: the least that a barrier can carry. */
import type { AgentDefinition, Plan } from '@dragon/engine';

const LINK = 1_000;

const other = (self: string): string => (self === 'pinger/0' ? 'pinger/1' : 'pinger/0');

export const pinger: AgentDefinition<string> = {
  kind: 'pinger',
  init: (_, self) => ({ state: self, effects: [{ kind: 'send', to: other(self), message: { type: 'pinger.ball' } }] }),
  receive: (self) => ({ state: self, effects: [{ kind: 'send', to: other(self), message: { type: 'pinger.ball' } }] }),
  describe: () => 'playing',
  facts: () => ({}),
  save: (self) => self,
  restore: (saved) => saved as string,
};

export const NO_FINDER = { apply: () => undefined, check: () => false };

/** Returns the plan of a match in which both agents receive `exchanges` balls. */
export function pingerPlan(exchanges: number): Plan {
  return {
    seed: 1,
    agents: [0, 1].map((i) => ({ id: `pinger/${i}`, kind: 'pinger', params: {} })),
    latency: { delays: {}, links: { default: LINK } },
    until: LINK * exchanges + 1,
    grace: LINK * exchanges,
    stopOnFinding: true,
  };
}
