/** A run over a big cache: what it costs. */
import { LocalRun } from '@dragon/engine';
import { DEFINITIONS } from '@dragon/scenarios';
import { planOf } from '../simulation/simulate.ts';
import { cpuSeconds, takeTurns } from './take-turns.ts';

const [scenario = '', until = ''] = process.argv.slice(2);

await takeTurns(() => {
  const plan = planOf({ scenario, cpus: 8, until: Number(until) });
  const run = new LocalRun(plan, DEFINITIONS, { finders: [] });
  const seconds = cpuSeconds(() => {
    while (run.advance(100_000));
  });
  return {
    seconds,
    events: run.engine.processed,
    megabytes: process.resourceUsage().maxRSS / 1_000,
  };
});
