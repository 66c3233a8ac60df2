/** What a watcher is sent: agents first, then their steps, numbered; and never more than a link can take. */
import type { AgentDefinition, Seen } from '@dragon/engine';
import { expect, test } from 'vitest';
import type { Body } from './frame.ts';
import { WatchStream } from './watch-stream.ts';

const definition: AgentDefinition = {
  kind: 'a',
  init: () => ({ state: 0, effects: [] }),
  receive: (state) => ({ state, effects: [] }),
  describe: (state) => `at ${String(state)}`,
  facts: () => ({}),
  save: (state) => ({ is: String(state).padEnd(PADDING) }),
  restore: (saved) => saved,
};
const PADDING = 1_000;

function seen(index: number, agent = 'a/1'): Seen {
  const event = { at: index, to: agent, from: 'a/0', seq: index, message: { type: 'a.go' } };
  const [before, after] = [index, index + 1];
  const state = definition.describe(after);
  return { at: index, agent, definition, event, index, before, after, state, effects: [], moves: undefined };
}

function newStream(wants: Partial<Body<'watch'>> = {}) {
  const sent: (Body<'present'> | Body<'seen'>)[] = [];
  let flushed = () => {};
  const stream = new WatchStream({
    wants: { agents: 'all', states: false, moves: false, ...wants },
    stream: 1,
    plan: null,
    send: (body) => void (body.kind === 'present' || body.kind === 'seen' ? sent.push(body) : undefined),
    flush: () =>
      new Promise((resolve) => {
        flushed = resolve;
      }),
  });
  /** Lets the link take what was sent. */
  const turn = async () => {
    flushed();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const frames = () => sent.map((body) => [body.kind, body.seq, body.before, itemsIn(body)]);
  return { stream, turn, frames, sent };
}

const itemsIn = (body: Body<'present'> | Body<'seen'>) =>
  body.kind === 'seen' ? body.steps.map(({ index }) => index) : body.agents.map(({ agent }) => agent);

test('agents first, one frame at least; then steps, while nothing else is on its way', async () => {
  const { stream, turn, frames } = newStream({ agents: ['a/1'] });
  stream.attached([
    { at: 5, agent: 'a/1', definition, received: 1, state: 1 },
    { at: 5, agent: 'a/2', definition, received: 1, state: 1 },
  ]);
  for (const each of [seen(1), seen(1, 'a/2'), seen(2)]) stream.see(each);
  await turn();
  stream.see(seen(3));
  stream.see(seen(4));
  expect(frames()).toEqual([
    ['present', 0, 0, ['a/1']],
    ['seen', 1, 1, [1, 2]],
  ]);
  await turn();
  expect(frames().slice(2)).toEqual([['seen', 2, 3, [3, 4]]]);
});

test('a link that does not keep up loses steps, which are counted where they are missing', async () => {
  const { stream, turn, sent } = newStream();
  stream.attached([]);
  for (let index = 0; index < 5_000; index += 1) stream.see(seen(index));
  await turn();
  for (let index = 5_000; index < 10_000; index += 1) stream.see(seen(index));
  await turn();
  await turn();
  const ranges = sent.map((body) => [body.seq, body.before, itemsIn(body)[0], itemsIn(body).length]);
  expect(ranges).toEqual([
    [0, 0, undefined, 0],
    [1, 0, 0, 4_096],
    [2, 5_000, 5_000, 4_096],
    // Nothing more to see, but how much was missed.
    [3, 10_000, undefined, 0],
  ]);
});

test('so do states that are too much for it', () => {
  const { stream, sent } = newStream({ states: true });
  for (let index = 0; index < 4_000; index += 1) stream.see(seen(index));
  stream.finish();
  const [first, last] = sent;
  const steps = first?.kind === 'seen' ? first.steps : [];
  expect(steps.length * 2 * PADDING).toBeLessThan(4.5 * 1_048_576);
  expect([sent.length, first?.before, last?.before]).toEqual([2, 0, 4_000]);
  expect(steps[7]).toMatchObject({ index: 7, state: 'at 8', before: definition.save(7), after: definition.save(8) });
});

test('what is closed sends no more', async () => {
  const { stream, turn, sent } = newStream();
  stream.see(seen(0));
  stream.close();
  await turn();
  expect(sent).toEqual([]);
});
