/** What is told of an agent that had no answer: the same in whatever order an instant's news come. */
import type { Json, TraceHit } from '@dragon/engine';
import { expect, test } from 'vitest';
import { ChaosFinder } from './chaos-finder.ts';
import { crashLine } from './crash-story.ts';
import { propertyStory } from './property-story.ts';
import { reportNames } from './report-names.ts';
import { plainText } from './sentence.ts';

const verdict = (at: number, agent: string, to: string, fate = 'drop', by = 0): TraceHit => ({
  at,
  agent,
  event: 'chaos_verdict',
  fields: { rule: 'lost', fate, what: 'kswapd.wake', to, by },
});
const CRASH: TraceHit = {
  at: 2_000_000_000,
  agent: 'kswapd/0',
  event: 'agent_crashed',
  fields: { message: 'task.dispatched', from: 'cpu/0', why: 'no answer to task.dispatched in state asleep' },
};
const NEWS = [
  verdict(1_000_000_000, 'memory/0', 'kswapd/0'),
  verdict(1_500_000_000, 'memory/0', 'other/0'),
  verdict(2_000_000_000, 'memory/0', 'kswapd/0', 'delay', 3_000_000),
  verdict(2_000_000_000, 'cpu/0', 'kswapd/0'),
  CRASH,
];

function found(news: readonly TraceHit[]) {
  const finder = new ChaosFinder();
  for (const hit of news) finder.hit(hit);
  return { findings: finder.check(CRASH.at), count: finder.verdictsOf('lost') };
}

test('a crash is told with what rules did to messages of the agent before', () => {
  const { findings, count } = found(NEWS);
  expect(count).toBe(4);
  expect(found([...NEWS.slice(0, 2), ...NEWS.slice(2).toReversed()]).findings).toEqual(findings);
  const [finding] = findings;
  if (finding === undefined) throw new Error('nothing was found');
  const task = { comm: 'kswapd0', pid: 60 };
  const names = reportNames({ agents: [{ id: 'kswapd/0', kind: 'kswapd', params: null, task }], resources: [] });
  const story = propertyStory(finding, names);
  expect([story.tag, story.at, story.parties]).toEqual(['VIOLATED', CRASH.at, ['kswapd/0']]);
  expect(plainText(story.headline)).toBe('kswapd0 had no answer to task.dispatched.');
  expect(plainText(story.sentence)).toMatchInlineSnapshot(
    `"At 2.000000000 s of virtual time kswapd0 was told task.dispatched from cpu/0, in a state in which it expects no such thing (no answer to task.dispatched in state asleep). Before that rule lost delayed kswapd.wake from memory/0 to kswapd0 at 2.000000000 s by 3.0 ms; rule lost dropped kswapd.wake from cpu/0 to kswapd0 at 2.000000000 s; rule lost dropped kswapd.wake from memory/0 to kswapd0 at 1.000000000 s. It keeps what it holds and answers nothing any more, as a thread does after an oops."`,
  );
  expect(crashLine(findings)).toBe('kswapd had no answer to task.dispatched');
});

test('of thousands of verdicts the last are told, and how many more there were', () => {
  const finder = new ChaosFinder();
  for (let at = 1; at <= 5_000; at += 1) {
    finder.hit(verdict(at, 'memory/0', 'kswapd/0'));
    finder.check(at);
  }
  const again = new ChaosFinder();
  again.restore(JSON.parse(JSON.stringify(finder.save())) as Json);
  finder.hit(CRASH);
  again.hit(CRASH);
  expect(again.verdictsOf('lost')).toBe(5_000);
  const told = finder.check(CRASH.at);
  expect(again.check(CRASH.at)).toEqual(told);
  const evidence = told[0]?.evidence as { verdicts: { at: number }[]; more: number };
  expect(evidence.verdicts.map(({ at }) => at)).toEqual([5_000, 4_999, 4_998, 4_997]);
  expect(evidence.more).toBe(4_996);
});
