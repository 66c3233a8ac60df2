/** The demo, which is what a stranger runs first: every agent a process, the report, the table of cures. */
import { expect, test } from 'vitest';
import { dragon } from './dragon-process.ts';

test('dragon without arguments', { timeout: 180_000 }, async () => {
  const { code, out, err } = await dragon([]);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^1\. seed-deadlock, .*, in \d\d processes over NATS$/m);
  expect(out).toMatch(/^DEADLOCK: kswapd0, kworker\/0:1 and xfs_scrub wait for each other, for ever\.$/m);
  expect(new Set(out.match(/digest \w{16}/g))).toHaveProperty('size', 1);
  expect(out).toMatch(/^The digests are equal: /m);
  expect(out).toContain('12 of 12 verdicts are as expected.');
  expect(out).toContain('docs/findings.md');
});
