/** The bench `step`: machine steps, compiled, over XState's own of the same machines on the same messages. */
import type { Bench } from './bench.ts';
import { benchProgram } from './bench-programs.ts';
import { Contestant, withContestants } from './contestant.ts';
import { type Figure, median, ratio } from './figure.ts';
import { takeRounds } from './take-rounds.ts';

type NanosecondsByKind = Readonly<Record<string, number>>;

const SEND = 'createActor().send of the same machine on the same messages';
const TRANSITION = 'transition() of the same machine on the same messages';

export const stepsOverXState: Bench = {
  name: 'step',
  about: 'a step of each of our machines, compiled, over XState itself',
  seconds: 45,
  async measure({ box, quick, signal }) {
    const args = quick ? ['40', '0'] : ['2000', '0.02'];
    const start = async (way: string) =>
      new Contestant<NanosecondsByKind>(await benchProgram('step-turns', way, ...args), signal);
    const contestants = { ours: await start('ours'), send: await start('send'), transition: await start('transition') };
    return withContestants(contestants, async (all) => {
      const taken = await takeRounds(
        { box, most: quick ? 1 : 12, signal, cold: quick },
        { ours: () => all.ours.turn(), send: () => all.send.turn(), transition: () => all.transition.turn() },
      );
      return { figures: figuresOf(taken), leftOut: [] };
    });
  },
  plot: {
    title: 'Machine steps over XState',
    caption: 'Steps/s over those of createActor().send: medians, from the lowest turn to the highest',
    scale: 'rate',
    rows: [{ label: 'over createActor().send', prefix: 'step.over-send' }],
  },
};

function figuresOf(taken: Readonly<Record<'ours' | 'send' | 'transition', readonly NanosecondsByKind[]>>): Figure[] {
  const kinds = Object.keys(taken.ours[0] ?? {}).sort();
  const ns = (way: keyof typeof taken, kind: string) => taken[way].map((each) => each[kind] ?? Number.NaN);
  const over = (way: 'send' | 'transition', kind: string) => ratio(ns(way, kind), ns('ours', kind));
  /** The spread is that of the machines. */
  const overall = (way: 'send' | 'transition') => median(kinds.map((kind) => over(way, kind).value));
  return [
    {
      name: 'step.over-send',
      about: `steps, median of ${kinds.length} kinds`,
      ...overall('send'),
      unit: 'x',
      against: SEND,
      goal: { better: 'higher', reach: 5, aim: 10 },
    },
    {
      name: 'step.over-transition',
      about: `steps, median of ${kinds.length} kinds`,
      ...overall('transition'),
      unit: 'x',
      against: TRANSITION,
    },
    ...kinds.map((kind) => ({
      name: `step.over-send.${kind}`,
      about: kind,
      ...over('send', kind),
      unit: 'x',
      against: SEND,
    })),
    ...kinds.map((kind) => ({
      name: `step.ns.${kind}`,
      about: `a step of ${kind}`,
      ...median(ns('ours', kind)),
      unit: 'ns',
      against: 'CPU time',
    })),
  ];
}
