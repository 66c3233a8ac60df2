/** `dragon sweep` in a process: Ctrl-C ends it with what is done by then, in order. */
import { expect, test } from 'vitest';
import { DragonProcess } from './dragon-process.ts';

test('a sweep that is stopped sums up the runs that it has made', { timeout: 120_000 }, async () => {
  const dragon = new DragonProcess(['sweep', 'seed-deadlock', '--seeds', '1..100000', '--jobs', '2']);
  // The heading comes before the threads are started.
  await new Promise((resolve) => dragon.child.stdout?.once('data', resolve));
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  dragon.child.kill('SIGINT');
  const { code, out, err } = await dragon.untilGone();
  expect(code).toBe(130);
  const [, made] = /dragon: (\d+) of 100000 runs were made\ndragon: stopped\n$/.exec(err) ?? [];
  expect(out).toMatch(new RegExp(`\\n${made} runs? in [^\\n]+\\n$`));
  expect(out).toContain('\nDigest over all runs, in order: ');
});
