/** OOM kills, as they are in the log. */
import { expect, test } from 'vitest';
import { oomKills } from './oom-kills.ts';

const line = (at: number, text: string) => ({ at, agent: 'memory/0', text });

test('each kill, in order; other lines of the report are none', () => {
  const log = [
    line(5, 'hog invoked oom-killer: gfp_mask=0xdc0(GFP_KERNEL|__GFP_ZERO), order=0, oom_score_adj=0'),
    line(5, 'Out of memory: Killed process 412 (hog) total-vm:400kB, anon-rss:400kB, file-rss:0kB'),
    line(7, 'oom_reaper: reaped process 412 (hog), now anon-rss:0kB'),
    line(9, 'Out of memory: Killed process 9 (a (b)) total-vm:4kB, anon-rss:4kB'),
  ];
  expect(oomKills(log)).toEqual([
    { atNs: 5, pid: 412, comm: 'hog' },
    { atNs: 9, pid: 9, comm: 'a (b)' },
  ]);
  expect(oomKills([])).toEqual([]);
});
