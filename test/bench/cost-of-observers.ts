/** The bench `observer`: what it costs to be watched, step by step. */
import type { Bench } from './bench.ts';
import { benchProgram } from './bench-programs.ts';
import { Contestant, withContestants } from './contestant.ts';
import { median, ratio } from './figure.ts';
import { takeRounds } from './take-rounds.ts';

const WITHOUT = 'the same run without an observer';

export const costOfObservers: Bench = {
  name: 'observer',
  about: 'a run that an observer of every step, and of its transitions, reads along',
  seconds: 20,
  async measure({ box, quick, signal }) {
    const most = quick ? '500' : '60000';
    const start = async (way: string) =>
      new Contestant<number>(await benchProgram('observer-turns', way, most), signal);
    const contestants = { without: await start('without'), steps: await start('steps'), moves: await start('moves') };
    return withContestants(contestants, async (all) => {
      const { without, steps, moves } = await takeRounds(
        { box, most: quick ? 1 : 12, signal, cold: quick },
        {
          without: () => all.without.turn(),
          steps: () => all.steps.turn(),
          moves: () => all.moves.turn(),
        },
      );
      return {
        figures: [
          { name: 'observer.steps', about: 'every step', ...ratio(steps, without), unit: 'x', against: WITHOUT },
          {
            name: 'observer.moves',
            about: 'every step with its transitions',
            ...ratio(moves, without),
            unit: 'x',
            against: WITHOUT,
          },
          {
            name: 'observer.us',
            about: 'an event, unwatched',
            ...median(without),
            unit: 'us',
            against: 'CPU time, warm',
          },
        ],
        leftOut: [],
      };
    });
  },
};
