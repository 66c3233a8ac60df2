/** `dragon sweep` in a process: Ctrl-C ends it with what is done by then, in order. */
import { expect, test } from 'vitest';
import { DragonProcess } from './dragon-process.ts';

test('a sweep that is stopped sums up the runs that it has made', { timeout: 120_000 }, async () => {
  const { made, code, out } = await stoppedSweep(1_000);
  expect(code).toBe(130);
  expect(out).toMatch(new RegExp(`\\n${made} runs? in [^\\n]+\\n$`));
  expect(out).toContain('\nDigest over all runs, in order: ');
});

/** Returns a sweep that was stopped so many milliseconds after its start, or later if it had made no run by then. */
async function stoppedSweep(ms: number): Promise<{ made: string; code: number; out: string }> {
  const dragon = new DragonProcess(['sweep', 'seed-deadlock', '--seeds', '1..100000', '--jobs', '2']);
  // The heading comes before the threads are started.
  await new Promise((resolve) => dragon.child.stdout?.once('data', resolve));
  await new Promise((resolve) => setTimeout(resolve, ms));
  dragon.child.kill('SIGINT');
  const { code, out, err } = await dragon.untilGone();
  const [, made = 'no count'] = /dragon: (\d+) of 100000 runs were made\ndragon: stopped\n$/.exec(err) ?? [];
  return made === '0' ? stoppedSweep(2 * ms) : { made, code, out };
}
