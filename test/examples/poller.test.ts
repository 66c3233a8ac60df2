/** The agent of docs/extending.md does what its transcript says, message by message. */
import { expect, test } from 'vitest';
import { agentTranscript } from '../golden/agent-transcript.ts';
import { replayTranscript } from '../golden/golden-transcript.ts';
import { poller } from './poller.ts';

test('a poller', () => {
  const file = new URL('poller.golden.txt', import.meta.url);
  const { expected, actual } = replayTranscript(file, agentTranscript([poller]));
  expect(actual).toBe(expected);
});
