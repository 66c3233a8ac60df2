/** Golden transcripts of this agent: what the kernel reference says, message by message. */
import type { AgentDefinition } from '@dragon/engine';
import { profileNamed } from '@dragon/kernel';
import { expect, test } from 'vitest';
import { agentTranscript } from '../../../test/golden/agent-transcript.ts';
import { replayTranscript } from '../../../test/golden/golden-transcript.ts';
import { definitions } from './index.ts';

test('golden transcripts', () => {
  const file = new URL('./machine.golden.txt', import.meta.url);
  const { expected, actual } = replayTranscript(file, agentTranscript(definitions));
  expect(actual).toBe(expected);
});

test('a message that is none of its own has no answer, whatever it is called', () => {
  const [definition] = definitions as readonly [AgentDefinition];
  const { policy } = profileNamed('v6.1');
  const { state } = definition.init({ node: 0, policy, lru: [] }, 'inode-cache');
  const give = (type: string) => () => definition.receive(state, { message: { type }, from: 'hog/0', at: 0 });
  expect(give('inodeCache.forget')).toThrow('no answer to inodeCache.forget');
  expect(give('task.dispatched')).toThrow('no answer to task.dispatched');
});
