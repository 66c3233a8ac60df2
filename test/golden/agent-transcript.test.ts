/** Tests of the driver of agents in golden transcripts, with an agent that counts. */
import type { AgentDefinition } from '@dragon/engine';
import { fromMachine } from '@dragon/statechart';
import { expect, test } from 'vitest';
import { assign, setup } from 'xstate';
import { agentTranscript } from './agent-transcript.ts';
import { rewrittenTranscript } from './golden-transcript.ts';

/** Counts what it is sent; it remembers only what it has saved. */
const counter: AgentDefinition<{ readonly saved: number; readonly lost: number }> = {
  kind: 'counter',
  init: () => ({
    state: { saved: 0, lost: 0 },
    effects: [
      {
        kind: 'setTimer',
        timer: 'beat counting',
        delay: { name: 'beat', times: 2, pausable: false, background: false },
        message: { type: 'counter.add', by: 100 },
      },
    ],
  }),
  receive: ({ saved, lost }, { message, from }) => ({
    state: { saved: saved + Number(message['by']), lost: lost + 1 },
    effects: [
      { kind: 'trace', event: 'counted', fields: { by: Number(message['by']) } },
      { kind: 'send', to: from, message: { type: 'task.counted', before: saved } },
    ],
  }),
  describe: ({ saved, lost }) => `${saved}, ${lost} since it was restored`,
  facts: () => ({}),
  save: ({ saved }) => ({ context: { saved } }),
  restore: (json) => ({ saved: (json as { context: { saved: number } }).context.saved, lost: 0 }),
};

const replay = (text: string): string =>
  rewrittenTranscript(text, 'a.golden.txt', agentTranscript([counter as AgentDefinition]));

test('a transcript is a conversation: steps, the state that they lead to, and what was sent and armed', () => {
  const transcript = `let three =
a/0 counter.add by=1
2x a/0 counter.add by=1

# It begins with its timer armed.
agent counter counter/0
----
0, 0 since it was restored
    arm beat x2

# Of what is repeated the last time is printed.
three
show saved
----
3, 0 since it was restored
    a/0 <- task.counted before=0
    a/0 <- task.counted before=2
    saved=3

2x three
timer beat
----
109, 0 since it was restored
    a/0 <- task.counted before=6
    a/0 <- task.counted before=8
    counter/0 <- task.counted before=9

# Another agent knows nothing of the first.
agent counter counter/1
a/0 counter.add by=7
----
7, 0 since it was restored
    arm beat x2
    a/0 <- task.counted before=0
`;
  expect(replay(transcript)).toBe(transcript);
});

test('tracepoints are silent, from `trace on` to `trace off` or the next agent apart', () => {
  const transcript = `agent counter counter/0
trace on
a/0 counter.add by=1
----
1, 0 since it was restored
    arm beat x2
    trace counted by=1
    a/0 <- task.counted before=0

trace off
a/0 counter.add by=1
trace on
----
2, 0 since it was restored
    a/0 <- task.counted before=1

agent counter counter/0
a/0 counter.add by=1
----
1, 0 since it was restored
    arm beat x2
    a/0 <- task.counted before=0
`;
  expect(replay(transcript)).toBe(transcript);
});

test('a chart is printed transition by transition, with causes and guards, and tags beside the states', () => {
  const machine = setup({ delays: { beat: 1 }, guards: { isFull: () => false } }).createMachine({
    id: 'counter',
    on: { 'counter.reset': '.counting', 'counter.show': { actions: assign({}) } },
    initial: 'counting',
    states: {
      counting: {
        tags: ['awake'],
        initial: 'low',
        states: { low: { on: { 'counter.add': [{ guard: 'isFull', target: 'high' }, { guard: () => true }] } }, high: {} },
        after: { beat: 'resting' },
      },
      resting: { tags: ['sleeping', 'blocked'] },
    },
  });
  const transcript = `chart counter
----
(root) --counter.reset--> counting
(root) --counter.show--> (stays)
[*] --> counting
counting (awake) --after beat--> resting
[*] --> counting.low
counting.low --counter.add [isFull]--> counting.high
counting.low --counter.add (inline)--> (stays)
counting.high
resting (sleeping, blocked)
`;
  const run = agentTranscript([fromMachine('counter', machine) as AgentDefinition]);
  expect(rewrittenTranscript(transcript, 'a.golden.txt', run)).toBe(transcript);
});

test.each([
  ['chart counter', "a.golden.txt:2: 'chart counter' names no agent of this service that has a chart"],
  ['agent clock clock/0', "a.golden.txt:2: 'agent clock clock/0' names no agent of this service"],
  ['timer beat', "a.golden.txt:2: 'timer beat' comes before any agent"],
  ['agent counter counter/0 by', "a.golden.txt:2: 'by' is not of the form key=value"],
  ['agent counter counter/0\na/0 counter.add by', "a.golden.txt:3: 'by' is not of the form key=value"],
  ['agent counter counter/0\n# Why.\ntimer jiffy', 'a.golden.txt:4: counter/0 has no pending timer jiffy; pending: beat'],
  ['agent counter counter/0\nfour', "a.golden.txt:3: 'four' is no step, and no name for steps"],
  ['agent counter counter/0\nshow lost', 'a.golden.txt:3: the context of counter/0 has no lost'],
  ['agent counter counter/0\ntrace loud', "a.golden.txt:3: 'trace' is on or off, not 'loud'"],
  ['agent counter counter/0\nchoose 1', 'a.golden.txt:3: counter/0 has nothing to choose'],
])('refuses %j, and says where', (input, message) => {
  expect(() => replay(`# Why.\n${input}\n----\n`)).toThrow(message);
});

test('a name that means itself is no step, in the line that says so', () => {
  const text = 'let again =\n2x again\n\nagent counter counter/0\nagain\n----\n';
  expect(() => replay(text)).toThrow("a.golden.txt:2: 'again' is no step, and no name for steps");
});
