/** Events/s with 16, 256 and 4096 simulated CPUs in one process, and memory per agent. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LocalRun } from '@dragon/engine';
import { DEFINITIONS } from '@dragon/scenarios';
import { planOf } from '../simulation/simulate.ts';
import { count, median, printRatio, seconds } from './figures.ts';

const CPUS = [16, 256, 4096];
const REPEATS = 5;
/** Every CPU closes files and inactivates them, kswapd reclaims, repair commits: long past the last of it. */
const OPTIONS = { scenario: 'seed-deadlock', policy: 'throttle=skip-kswapd', until: 4_000_000_000 } as const;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

interface Sample {
  readonly rate: number;
  readonly events: number;
  readonly agents: number;
  readonly kilobytes: number;
}

function sample(cpus: number): Sample {
  const plan = planOf({ ...OPTIONS, cpus });
  const before = heapBytes();
  const run = new LocalRun(plan, DEFINITIONS, { finders: [] });
  const took = seconds(() => {
    while (run.advance(10_000));
  });
  const agents = plan.agents.length;
  const kilobytes = (heapBytes() - before) / 1024 / agents;
  // Asked for only now: the run must be there when its memory is measured.
  const { events } = run.result();
  return { rate: events / took, events, agents, kilobytes };
}

export async function scaleInOneProcess(): Promise<void> {
  sample(4);
  const samples = new Map<number, Sample[]>(CPUS.map((cpus) => [cpus, []]));
  // In turns, so that a mood of the machine meets all sizes alike.
  for (let repeat = 0; repeat < REPEATS; repeat += 1) for (const cpus of CPUS) samples.get(cpus)?.push(sample(cpus));
  const rates: number[] = [];
  let kilobytes = 0;
  for (const [cpus, taken] of samples) {
    const rate = median(taken.map((each) => each.rate));
    const { events = 0, agents = 0 } = taken[0] ?? {};
    kilobytes = median(taken.map((each) => each.kilobytes));
    rates.push(rate);
    console.log(
      `${count(cpus).padStart(6)} CPUs: ${count(rate)} events/s (${count(events)} events, ${count(agents)} agents, ${kilobytes.toFixed(1)} KiB an agent after the run)`,
    );
  }
  const spread = Math.max(...rates) / Math.min(...rates);
  printRatio('fastest over slowest', spread, 'at most 1.5', spread <= 1.5);
  printRatio('memory, KiB an agent', kilobytes, 'at most 20 KB', kilobytes * 1.024 <= 20);
}
