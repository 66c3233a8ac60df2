/** The bench `phold`: the engine under the usual load of simulators, over SimPy and over a bare loop. */
import { fileURLToPath } from 'node:url';
import type { Bench, Conditions } from './bench.ts';
import { benchProgram } from './bench-programs.ts';
import { Contestant, withContestants } from './contestant.ts';
import { type Figure, type Goal, median, ratio } from './figure.ts';
import { findSimPy, type SimPy } from './find-simpy.ts';
import { takeRounds } from './take-rounds.ts';

interface Turn {
  /** Nanoseconds of CPU that an event took. */
  readonly ns: number;
  /** The virtual time it came to. */
  readonly now: number;
}

const LOADS = ['bare', 'hashed', 'hand', 'chart', 'simpy'] as const;
type Load = (typeof LOADS)[number];

const ABOUT: Readonly<Record<Load, string>> = {
  bare: 'bare loop',
  hashed: 'bare loop with hashes',
  hand: 'agent by hand',
  chart: 'compiled chart',
  simpy: 'SimPy',
};

interface Size {
  readonly agents: number;
  /** Of the bench's time. */
  readonly share: number;
  readonly overBare: Goal;
  readonly overSimPy: Goal;
  readonly chartOverSimPy?: Goal;
}

const higher = (reach: number, aim: number): Goal => ({ better: 'higher', reach, aim });

const SIZES: readonly Size[] = [
  {
    agents: 1_000,
    share: 0.35,
    overBare: higher(0.45, 0.6),
    overSimPy: higher(3, 4),
    chartOverSimPy: higher(1.2, 2),
  },
  { agents: 100_000, share: 1, overBare: higher(0.07, 0.2), overSimPy: higher(1.3, 2) },
];

const PROGRAM = fileURLToPath(new URL('phold-turns.py', import.meta.url));

export const pholdOverPeers: Bench = {
  name: 'phold',
  about: 'PHOLD, 1,000 and 100,000 agents: the engine, digest on, over SimPy and a bare loop',
  seconds: 100,
  async measure(conditions) {
    const simpy = findSimPy();
    const figures: Figure[] = [];
    for (const size of SIZES) {
      const seconds = await nanoseconds(size, conditions, simpy);
      figures.push(...figuresOf(size, seconds, simpy));
    }
    const leftOut = simpy === undefined ? ['SimPy is not here (Debian and Ubuntu: apt install python3-simpy3)'] : [];
    return { figures, leftOut };
  },
  plot: {
    title: 'PHOLD: nanoseconds an event',
    caption: 'Nanoseconds of CPU an event: medians, from the fastest turn to the slowest; log scale',
    scale: 'count',
    rows: SIZES.map(({ agents }) => ({
      label: `${agents.toLocaleString('en-US')} agents`,
      prefix: `phold.${agents}.ns`,
    })),
  },
};

/** Returns what an event took in each turn; of SimPy, if it is here. */
async function nanoseconds(
  { agents, share }: Size,
  { box, quick, signal }: Conditions,
  simpy: SimPy | undefined,
): Promise<Readonly<Partial<Record<Load, readonly number[]>>>> {
  const size = quick ? agents / 100 : agents;
  const events = quick ? 1_000 : 200_000;
  const contestants: Partial<Record<Load, Contestant<Turn>>> = {};
  for (const load of LOADS) {
    if (load !== 'simpy') {
      contestants[load] = new Contestant(await benchProgram('phold-turns', load, String(size)), signal);
    } else if (simpy !== undefined) {
      contestants[load] = new Contestant([simpy.python, PROGRAM, String(size)], signal);
    }
  }
  return withContestants(contestants as Record<Load, Contestant<Turn>>, async (all) => {
    const loads = Object.keys(all) as Load[];
    const turns = Object.fromEntries(loads.map((load) => [load, () => all[load].turn(events)]));
    // As many events as there are agents, at least, before anything counts: what is young then grows old.
    for (let warm = 0; warm < 2 * size; warm += events) for (const load of loads) await turns[load]?.();
    const taken = await takeRounds({ box: box.part(share), most: quick ? 1 : 16, signal, cold: quick }, turns);
    assertSameWork(taken);
    return Object.fromEntries(loads.map((load) => [load, taken[load]?.map(({ ns }) => ns)]));
  });
}

/** So many events take everybody equally far, up to chance. */
function assertSameWork(taken: Readonly<Record<string, readonly Turn[]>>): void {
  const ends = Object.values(taken).map((turns) => turns.at(-1)?.now ?? 0);
  if (Math.max(...ends) > 1.1 * Math.min(...ends)) throw new Error(`not the same work: ended at ${ends.join(', ')} ns`);
}

function figuresOf(
  { agents, overBare, overSimPy, chartOverSimPy }: Size,
  taken: Readonly<Partial<Record<Load, readonly number[]>>>,
  simpy: SimPy | undefined,
): Figure[] {
  const many = agents.toLocaleString('en-US');
  /** Rates over rates are times under times. */
  const over = (load: Load, peer: Load, goal?: Goal): Figure[] => {
    const [ours, theirs] = [taken[load], taken[peer]];
    if (ours === undefined || theirs === undefined) return [];
    const figure = {
      name: `phold.${agents}.${load}-over-${peer}`,
      about: `${ABOUT[load]} over ${ABOUT[peer]}, ${many}`,
      ...ratio(theirs, ours),
      unit: 'x',
      against:
        peer === 'simpy'
          ? `events/s of processes in ${simpy?.version}`
          : `events/s of a ${ABOUT[peer]} over typed arrays`,
    };
    return [goal === undefined ? figure : { ...figure, goal }];
  };
  return [
    ...over('hand', 'bare', overBare),
    ...over('hand', 'hashed'),
    ...over('hand', 'simpy', overSimPy),
    ...over('chart', 'simpy', chartOverSimPy),
    ...LOADS.flatMap((load) => {
      const ns = taken[load];
      if (ns === undefined) return [];
      const name = `phold.${agents}.ns.${load}`;
      return [{ name, about: `${ABOUT[load]}, ${many}`, ...median(ns), unit: 'ns', against: 'CPU time' }];
    }),
  ];
}
