/** Golden transcripts of the tasks of a workload: what the kernel reference says, message by message. */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { agentTranscript } from '../../../test/golden/agent-transcript.ts';
import { replayTranscript } from '../../../test/golden/golden-transcript.ts';
import { definitions } from './index.ts';

const TASKS = readdirSync(new URL('.', import.meta.url)).flatMap((file) => /^(.*-task)\.ts$/.exec(file)?.[1] ?? []);

test.each(TASKS)('%s', (task) => {
  const file = new URL(`./${task}.golden.txt`, import.meta.url);
  const { expected, actual } = replayTranscript(file, agentTranscript(definitions));
  expect(actual).toBe(expected);
});
