/** The bench `ring`: hand-overs of a lock round a ring of agents, over XState's own actors. */
import type { Bench } from './bench.ts';
import { benchProgram } from './bench-programs.ts';
import { Contestant, withContestants } from './contestant.ts';
import { median, ratio } from './figure.ts';
import { takeRounds } from './take-rounds.ts';

const ACTORS = "XState's own actors, sendTo and mailboxes, the same chart";

export const ringOverActors: Bench = {
  name: 'ring',
  about: 'a lock handed on round a ring of 64: our engine, digest on, over actors of XState',
  seconds: 15,
  async measure({ box, quick, signal }) {
    const start = async (way: string) => new Contestant<number>(await benchProgram('ring-turns', way), signal);
    return withContestants({ agents: await start('agents'), actors: await start('actors') }, async (ring) => {
      const { agents, actors } = await takeRounds(
        { box, most: quick ? 1 : 12, signal, cold: quick },
        {
          agents: () => ring.agents.turn(quick ? 500 : 300_000),
          actors: () => ring.actors.turn(quick ? 500 : 30_000),
        },
      );
      return {
        figures: [
          {
            name: 'ring.over-actors',
            about: 'hand-overs/s, ours over theirs',
            ...ratio(actors, agents),
            unit: 'x',
            against: ACTORS,
          },
          { name: 'ring.ns', about: 'a hand-over, our engine', ...median(agents), unit: 'ns', against: 'CPU time' },
          { name: 'ring.actors-ns', about: 'a hand-over, actors', ...median(actors), unit: 'ns', against: 'CPU time' },
        ],
        leftOut: [],
      };
    });
  },
};
