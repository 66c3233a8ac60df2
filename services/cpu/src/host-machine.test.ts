/** The host of virtual CPUs, as golden transcripts. */
import { expect, test } from 'vitest';
import { agentTranscript } from '../../../test/golden/agent-transcript.ts';
import { replayTranscript } from '../../../test/golden/golden-transcript.ts';
import { definitions } from './index.ts';

test('golden transcripts', () => {
  const file = new URL('./host-machine.golden.txt', import.meta.url);
  const { expected, actual } = replayTranscript(file, agentTranscript(definitions));
  expect(actual).toBe(expected);
});
