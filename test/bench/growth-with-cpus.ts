/** The bench `many-cpus`: what happens to a start and to an event as the simulated CPUs grow in number. */
import type { Bench, Conditions } from './bench.ts';
import { benchProgram } from './bench-programs.ts';
import { Contestant, withContestants } from './contestant.ts';
import { type Figure, median, ratio } from './figure.ts';
import { takeRounds } from './take-rounds.ts';

interface Started {
  readonly agents: number;
  readonly seconds: number;
  readonly kibibytes: number;
}

const SCENARIO = 'many-cpus';
const SIZES = [16, 256, 4_096, 65_536];
/** Whose events are compared with those of the first. */
const LARGE = 4_096;

export const growthWithCpus: Bench = {
  name: 'many-cpus',
  about: 'starts and events in one process, as simulated CPUs grow from 16 to 65,536',
  seconds: 110,
  async measure(conditions) {
    const { signal, quick } = conditions;
    const sizes = quick ? [2, 4] : SIZES;
    const events = quick ? '500' : '200000';
    const contestants: Record<string, Contestant<unknown>> = {};
    for (const cpus of sizes)
      contestants[cpus] = new Contestant(await benchProgram('growth-turns', SCENARIO, String(cpus), events), signal);
    return withContestants(contestants, async (all) => ({ figures: await grow(sizes, all, conditions), leftOut: [] }));
  },
  plot: {
    title: 'Nanoseconds an event, by simulated CPUs',
    caption: 'Nanoseconds of CPU an event, warm: medians, from the fastest turn to the slowest; log scale',
    scale: 'count',
    rows: [{ label: 'one process', prefix: 'many-cpus.ns' }],
  },
};

async function grow(
  sizes: readonly number[],
  contestants: Readonly<Record<string, Contestant<unknown>>>,
  { box, quick, signal }: Conditions,
): Promise<Figure[]> {
  const started = new Map<number, Started>();
  for (const cpus of sizes) started.set(cpus, (await contestants[cpus]?.turn('start')) as Started);
  const turns = sizes.map((cpus) => [
    String(cpus),
    async () => (await contestants[cpus]?.turn('go')) as { ns: number },
  ]);
  const taken = await takeRounds<string, { readonly ns: number }>(
    { box, most: quick ? 1 : 24, signal, cold: quick },
    Object.fromEntries(turns) as Readonly<Record<string, () => Promise<{ ns: number }>>>,
  );
  const ns = (cpus: number) => (taken[cpus] ?? []).map((each) => each.ns);
  const [smallest = 0, largest = 0] = [sizes[0], sizes.at(-1)];
  const { agents = 0, seconds = 0, kibibytes = 0 } = started.get(largest) ?? {};
  const many = (cpus: number) => `${cpus.toLocaleString('en-US')} CPUs`;
  const overSmallest = (cpus: number): Figure => ({
    name: `many-cpus.${cpus}-over-${smallest}`,
    about: `an event, ${many(cpus)} over ${smallest}`,
    ...ratio(ns(cpus), ns(smallest)),
    unit: 'x',
    against: `${SCENARIO} with ${smallest} CPUs, warm`,
    ...(cpus === LARGE && { goal: { better: 'lower', reach: 2, aim: 1.3 } }),
  });
  return [
    ...sizes.slice(1).map(overSmallest),
    {
      name: `many-cpus.${largest}-up-s`,
      about: `${many(largest)} up (${agents.toLocaleString('en-US')} agents)`,
      value: seconds,
      unit: 's',
      against: 'CPU time, cold',
      goal: { better: 'lower', reach: 6, aim: 2 },
    },
    {
      name: `many-cpus.${largest}-kib`,
      about: `an idle agent, ${many(largest)}`,
      value: kibibytes,
      unit: 'KiB',
      against: 'the heap without the plan, over the agents',
      goal: { better: 'lower', reach: 2, aim: 0.5 },
    },
    ...sizes.map((cpus) => ({
      name: `many-cpus.ns.${cpus}`,
      about: `an event, ${many(cpus)}`,
      ...median(ns(cpus)),
      unit: 'ns',
      against: 'CPU time, warm',
    })),
  ];
}
