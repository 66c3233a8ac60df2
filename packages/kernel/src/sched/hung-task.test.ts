/** Tests of the kernel's own words for a hung task. */
import { SECOND, type WaitMode } from '@dragon/engine';
import { expect, test } from 'vitest';
import { replayTranscript } from '../../../../test/golden/golden-transcript.ts';
import { hungTaskLines, showTaskLines } from './hung-task.ts';

test('words are those of Linux 6.1', () => {
  const { expected, actual } = replayTranscript(
    new URL('./hung-task.golden.txt', import.meta.url),
    ({ command: [, flag, comm = '', pid, mode, seconds, release = '', ...workqueue], input }) =>
      hungTaskLines(
        {
          comm,
          pid: pid === '-' ? undefined : Number(pid),
          kernelThread: flag === 'kthread' ? true : undefined,
          wait: { mode: mode as WaitMode, stack: input.map(({ text }) => text) },
          workqueue: workqueue.length === 0 ? undefined : workqueue.join(' '),
        },
        Number(seconds) * SECOND,
        release,
      ).join('\n'),
  );
  expect(actual).toBe(expected);
});

test('a name is cut to the 15 characters the kernel keeps', () => {
  const [line] = showTaskLines({ comm: 'a-name-of-20-letters', pid: 7, wait: { mode: 'killable', stack: [] } });
  expect(line).toBe('task:a-name-of-20-le state:D stack:0     pid:7     ppid:1      flags:0x00000000');
});
