/**
 * Inactivation takes memory before it gives any back, and the worker never does without (kernel corrections C; the real
 * boots: 150 to 1,200 calls of out_of_memory() that kill nobody, a stall to the log worker's tick). A small cache, and
 * hogs that want what only it can give.
 */
import { LocalRun, SECOND, type TraceHit } from '@dragon/engine';
import { DEFINITIONS } from '@dragon/scenarios';
import { describe, expect, test } from 'vitest';
import { planSmall, smallBigCache } from './small-worlds.ts';

/** All that a run up to the instant hits. */
function hitsOf(policy: string, cpus: number, seed: number, until: number): readonly TraceHit[] {
  const world = (count: number) => smallBigCache(count, 6_000, 500);
  const hits: TraceHit[] = [];
  const plan = planSmall(world, { policy, cpus, seed, until, keepGoing: true });
  const run = new LocalRun(plan, DEFINITIONS, { finders: [], onTrace: (hit) => void hits.push(hit) });
  while (run.advance(10_000));
  return hits;
}

const count = (hits: readonly TraceHit[], event: string, from: number, to: number): number =>
  hits.filter((hit) => hit.event === event && hit.at >= from && hit.at < to).length;

/** Seeds in which whoever passes the barrier in the meantime does not come to the end of the cache. */
describe.each([
  [1, 13],
  [2, 11],
])('%i CPUs', (cpus, seed) => {
  const hits = hitsOf('throttle=always', cpus, seed, 34 * SECOND);

  test('the worker gets a page in many jiffies from below all marks, and kills nobody', () => {
    const calls = hits.filter(({ event, fields }) => event === 'out_of_memory' && fields['gfpFlags'] === 'GFP_NOFS');
    expect(calls.length).toBeGreaterThan(100);
    const kills = hits.filter(({ event }) => event === 'mark_victim').map(({ agent, at }) => `${agent} ${at}`);
    expect(kills.filter((kill) => calls.some(({ agent, at }) => kill === `${agent} ${at}`))).toEqual([]);
    const starved = count(hits, 'xfs_inode_set_reclaimable', 5 * SECOND, 25 * SECOND) / 20;
    expect(starved).toBeGreaterThan(1);
    expect(starved).toBeLessThan(50 * cpus);
  });

  test('whoever reclaims waits behind it in one flush, to the tick of the log worker', () => {
    const begun = hits.filter(({ event, agent }) => event === 'flush_begin' && agent === 'kswapd/0');
    const ended = hits.filter(({ event, agent }) => event === 'flush_end' && agent === 'kswapd/0');
    const waits = begun.map(({ at }, i) => (ended[i]?.at ?? 34 * SECOND) - at);
    expect(Math.max(...waits)).toBeGreaterThan(20 * SECOND);
    // What the log has let go of is freed, and the worker goes on with it.
    const [before, after] = [24, 30].map((s) => count(hits, 'xfs_inode_set_reclaimable', s * SECOND, (s + 4) * SECOND));
    expect(after).toBeGreaterThan(3 * (before ?? 0));
  });
});
