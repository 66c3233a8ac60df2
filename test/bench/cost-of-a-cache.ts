/**
 * The scenario big-cache with 50,000 and 500,000 inodes on 8 CPUs: how long a run takes, what memory it needs, and
 * whether its cost grows with the inodes alone.
 */
import { LocalRun } from '@dragon/engine';
import { DEFINITIONS } from '@dragon/scenarios';
import { planOf } from '../simulation/simulate.ts';
import { count, printRatio, seconds } from './figures.ts';

const SIZES = [
  { scenario: 'big-cache-50k', inodes: 50_000 },
  { scenario: 'big-cache', inodes: 500_000 },
] as const;

const MOST_SECONDS = 60;
const MOST_MEGABYTES = 1_000;

export async function costOfACache(): Promise<void> {
  const perInode: number[] = [];
  for (const { scenario, inodes } of SIZES) {
    const plan = planOf({ scenario, cpus: 8, until: 20_000_000_000 });
    const run = new LocalRun(plan, DEFINITIONS, { finders: [] });
    const took = seconds(() => {
      while (run.advance(100_000));
    });
    const { context } = run.engine.inspect('inode-cache') as unknown as { context: { onLru: { count: number } } };
    const inactivated = inodes - context.onLru.count;
    const megabytes = process.memoryUsage().rss / 1_000_000;
    const { events } = run.result();
    perInode.push(took / inactivated);
    console.log(
      `${count(inodes).padStart(8)} inodes, 8 CPUs: ${took.toFixed(1)} s, ${count(events)} events, ${count(inactivated)} inodes evicted, ${count(megabytes)} MB`,
    );
    if (inodes === 500_000) {
      printRatio('seconds', took, `below ${MOST_SECONDS}`, took < MOST_SECONDS);
      printRatio('MB', megabytes, `below ${MOST_MEGABYTES}`, megabytes < MOST_MEGABYTES);
    }
  }
  const [small = 1, large = 1] = perInode;
  printRatio('seconds an inode, 500,000 over 50,000', large / small, 'at most 1.5', large / small <= 1.5);
}
