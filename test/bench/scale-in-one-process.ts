/** Events/s with 16, 256 and 4096 simulated CPUs in one process, and memory per agent. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LocalRun } from '@dragon/engine';
import { DEFINITIONS } from '@dragon/scenarios';
import { planOf } from '../simulation/simulate.ts';
import { count, printRatio, seconds } from './figures.ts';
import { NO_FINDER } from './pingers.ts';

const CPUS = [16, 256, 4096];
/** Every CPU closes files and inactivates them, kswapd reclaims, repair commits: long past the last of it. */
const OPTIONS = { scenario: 'seed-deadlock', policy: 'throttle=skip-kswapd', until: 4_000_000_000 } as const;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

export async function scaleInOneProcess(): Promise<void> {
  const rates: number[] = [];
  let kilobytes = 0;
  let warm = new LocalRun(planOf({ ...OPTIONS, cpus: 4 }), DEFINITIONS, { finder: NO_FINDER });
  while (warm.advance(10_000));
  for (const cpus of CPUS) {
    const plan = planOf({ ...OPTIONS, cpus });
    const before = heapBytes();
    warm = new LocalRun(plan, DEFINITIONS, { finder: NO_FINDER });
    // Start-up is not the rate: the first events of all agents are at 50 ms.
    const took = seconds(() => {
      while (warm.advance(10_000));
    });
    const { events } = warm.result();
    kilobytes = (heapBytes() - before) / 1024 / plan.agents.length;
    rates.push(events / took);
    console.log(
      `${count(cpus).padStart(6)} CPUs: ${count(events / took)} events/s (${count(events)} events, ${count(plan.agents.length)} agents, ${kilobytes.toFixed(1)} KiB an agent after the run)`,
    );
  }
  const spread = Math.max(...rates) / Math.min(...rates);
  printRatio('fastest over slowest', spread, 'at most 1.5', spread <= 1.5);
  printRatio('memory, KiB an agent', kilobytes, 'at most 20 KB', kilobytes * 1.024 <= 20);
}
