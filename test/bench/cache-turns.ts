/** A run over a big cache: what it costs. */
import { LocalRun } from '@dragon/engine';
import { DEFINITIONS } from '@dragon/scenarios';
import { planOf } from '../simulation/simulate.ts';
import { cpuSeconds, takeTurns } from './take-turns.ts';

const [scenario = '', until = ''] = process.argv.slice(2);

/** Inodes that nobody uses: a list of the cache's state. */
function onLru(run: LocalRun): number {
  const { context } = run.engine.inspect('inode-cache') as unknown as { context: { onLru: { count: number } } };
  return context.onLru.count;
}

await takeTurns(() => {
  const plan = planOf({ scenario, cpus: 8, until: Number(until) });
  const run = new LocalRun(plan, DEFINITIONS, { finders: [] });
  const before = onLru(run);
  const seconds = cpuSeconds(() => {
    while (run.advance(100_000));
  });
  return {
    seconds,
    events: run.engine.processed,
    inodesEvicted: before - onLru(run),
    megabytes: process.resourceUsage().maxRSS / 1_000,
  };
});
