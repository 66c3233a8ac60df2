/** Moments of a log: what was so at different times makes no deadlock, and what a later dump disproves was none. */
import { describe, expect, test } from 'vitest';
import { findingsOf, shownTask, STACKS, sysrqW, type TaskText } from './kernel-logs.fixture.io.ts';

const WORKER: TaskText = {
  comm: 'kworker/7:1',
  pid: 7,
  workqueue: 'xfs-inodegc/sda1 xfs_inodegc_worker',
  stack: STACKS.workerOnAgi,
};
const KSWAPD = { comm: 'kswapd0', pid: 43, stack: STACKS.kswapdInFlush };
const REPAIR = { comm: 'xfs_scrub', pid: 407, stack: STACKS.repairUnregisters };
const UMOUNT = { comm: 'umount', pid: 657, stack: STACKS.umountUnregisters };

describe('one moment', () => {
  const hung = (task: TaskText, at: number, seconds = 120) =>
    `INFO: task ${task.comm}:${task.pid} blocked for more than ${seconds} seconds.\n${shownTask(task)}`
      .split('\n')
      .map((line) => `[${at}.000000] ${line}`)
      .join('\n');
  const clocked = (task: TaskText, time: string) =>
    hung(task, 0).replaceAll('[0.000000]', `Nov 26 ${time} host kernel:`);

  test('tasks that were reported one after the other while all were blocked are in one', () => {
    const text = [hung(WORKER, 200), hung(KSWAPD, 320), hung(REPAIR, 440, 241)].join('\n');
    expect(findingsOf(text).verdict).toBe('deadlock');
  });

  test('a task that came long after another was last seen is in no cycle with it', () => {
    const text = [hung(WORKER, 200), hung(KSWAPD, 200), hung(REPAIR, 2_000)].join('\n');
    expect(findingsOf(text).dumps.map(({ verdict }) => verdict)).toEqual(['unclear', 'unclear']);
    const clocks = [clocked(WORKER, '10:00:00'), clocked(KSWAPD, '10:00:00'), clocked(REPAIR, '17:00:00')].join('\n');
    expect(findingsOf(clocks).verdict).toBe('unclear');
  });

  test('nor if others were reported all the time in between', () => {
    const between = Array.from({ length: 15 }, (_, i) => hung({ ...UMOUNT, pid: 900 }, 200 + 120 * i));
    const { verdict, told } = findingsOf(
      [hung(WORKER, 200), hung(KSWAPD, 200), ...between, hung(REPAIR, 2_000)].join('\n'),
    );
    expect([verdict, told?.cycles]).toEqual(['unclear', []]);
    expect(told?.graph.tasks.get(900)?.task.blockedFor).toBe(1_800);
  });

  test('what gets on was in no deadlock: it runs later, waits for something else, or is blocked no more', () => {
    const first = sysrqW([WORKER, KSWAPD, REPAIR]);
    const again = sysrqW([WORKER, KSWAPD, REPAIR]).replace(/.*\n/, '');
    expect(findingsOf([first, again].join('\n')).dumps.map(({ verdict }) => verdict)).toEqual(['deadlock', 'deadlock']);
    const laters = [
      [WORKER, KSWAPD],
      [WORKER, KSWAPD, { ...REPAIR, stack: STACKS.repairOnDisk }],
      [WORKER, { ...KSWAPD, state: 'S', stack: '__schedule schedule kswapd' }, REPAIR],
    ];
    for (const later of laters) {
      const text = [first, sysrqW(later).replace(/.*\n/, '')].join('\n');
      const [before] = findingsOf(text).dumps;
      expect([before?.verdict, before?.passed?.pids]).toEqual(['stall', [7, 407, 43]]);
    }
  });
});

test('dumps of several times are judged one by one, and the gravest is told', () => {
  const early = sysrqW([{ comm: 'dd', pid: 70, stack: STACKS.writesToDisk }]);
  const { dumps, told, verdict } = findingsOf([early, sysrqW([WORKER, KSWAPD, REPAIR]), early].join('\n'));
  expect([dumps.map((dump) => dump.verdict), verdict]).toEqual([['stall', 'deadlock', 'stall'], 'deadlock']);
  expect(told).toBe(dumps[1]);
});

test('a task that slept in one boot is in no cycle with tasks of another', () => {
  const text = [sysrqW([WORKER, KSWAPD]), 'Linux version 6.1.0 (gcc)', shownTask(REPAIR)].join('\n');
  expect(findingsOf(text).dumps.map(({ verdict }) => verdict)).toEqual(['unclear', 'unclear']);
});
