/** Two agents that pass a ball to and fro: the least that a barrier can carry. */
import type { AgentDefinition, Plan } from '@dragon/engine';

const LINK = 1_000;

const other = (self: string): string => (self === 'pinger/0' ? 'pinger/1' : 'pinger/0');

export const pinger: AgentDefinition<string> = {
  kind: 'pinger',
  init: (params, self) => {
    const { serves } = params as { serves: boolean };
    return {
      state: self,
      effects: serves ? [{ kind: 'send', to: other(self), message: { type: 'pinger.ball' } }] : [],
    };
  },
  receive: (self) => ({ state: self, effects: [{ kind: 'send', to: other(self), message: { type: 'pinger.ball' } }] }),
  describe: () => 'playing',
  facts: () => ({}),
  save: (self) => self,
  restore: (saved) => saved as string,
};

/** Returns the plan of a match with one ball or two in which a ball crosses `exchanges` times. */
export function pingerPlan(exchanges: number, balls: 1 | 2): Plan {
  return {
    seed: 1,
    agents: [0, 1].map((i) => ({ id: `pinger/${i}`, kind: 'pinger', params: { serves: i < balls } })),
    resources: [],
    latency: { delays: {}, links: { default: LINK } },
    until: LINK * exchanges + 1,
    grace: LINK * exchanges,
    stopOnFinding: true,
  };
}
