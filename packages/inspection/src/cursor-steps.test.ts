/** Tests of steps through a run, of how its agents look at an instant, and of its labels. */
import { reportNames } from '@dragon/report';
import { readRun, requestRun, type RunTexts } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { agentLooks } from './agent-looks.ts';
import { nextChange, nextEvent, nextNotable, previousChange, previousEvent, previousNotable } from './cursor-steps.ts';
import { Execution } from './execution.ts';
import { runChips } from './run-chips.ts';
import { searchRecord } from './record-search.ts';
import { RunRecord } from './run-record.ts';
import { storyAt } from './story-at.ts';
import { TimelineModel } from './timeline/timeline-model.ts';
import { typedInstant } from './typed-instant.ts';

function recorded(texts: RunTexts): RunRecord {
  const { heading, command, plan } = requestRun(readRun(texts));
  const execution = new Execution(plan(), heading, command);
  const record = new RunRecord(execution.opening);
  while (!execution.isOver) record.append(execution.advance(100_000));
  return record;
}

const record = recorded({ scenario: 'seed-deadlock' });

/** All instants that a step leads to from one end of the run to the other. */
function walked(from: number, step: (t: number) => number | undefined): number[] {
  const seen: number[] = [];
  for (let t = step(from); t !== undefined; t = step(t)) seen.push(t);
  return seen;
}

test('steps forward and back pass the same instants, each once', () => {
  const instants = [...new Set(Array.from({ length: record.rows }, (_, row) => record.at.at(row)))];
  expect(walked(0, (t) => nextEvent(record, t))).toEqual(instants.filter((at) => at > 0));
  const back = walked(record.edge, (t) => previousEvent(record, t)).toReversed();
  expect(back).toEqual([...new Set([0, ...instants])]);
});

test('a stall stands from the instant at which its task is hung: for the strip, the steps and the timeline alike', () => {
  const stalled = recorded({ scenario: 'stuck-disk', cpus: '1', until: '200s' });
  const at = Math.min(...stalled.stories.map((story) => story.at));
  const [wait] = stalled.waits.intervals.began.filter(({ agent }) => agent === 'repair/0').slice(-1);
  expect(at).toBe((wait?.from ?? 0) + 120_000_000_000);
  expect(stalled.findings.map((finding) => finding.at)).toEqual(stalled.stories.map((story) => story.at));
  expect(storyAt(stalled, at - 1)).toBeUndefined();
  expect(storyAt(stalled, at)).toMatchObject({ kind: 'stall' });
  expect(nextNotable(stalled, at - 1)).toBe(at);
  expect(previousNotable(stalled, at + 1)).toBe(at);
  const model = new TimelineModel(stalled);
  model.follow();
  const { found } = model.view([], 'time', { from: 0, to: stalled.edge }, 1_000);
  expect(found.get('repair/0')?.[0]?.from).toBe(at);
  expect(found.get('repair/0')?.[0]?.to).toBeGreaterThanOrEqual(stalled.edge);
});

test('changes of an agent are the beginnings of its stretches', () => {
  const forward = walked(0, (t) => nextChange(record, 'repair/0', t));
  const back = walked(record.edge + 1, (t) => previousChange(record, 'repair/0', t)).toReversed();
  expect(back).toEqual([0, ...forward]);
  expect(nextChange(record, 'nobody', 0)).toBeUndefined();
});

test('what is worth a look is a wait that began or a finding', () => {
  const forward = walked(0, (t) => nextNotable(record, t));
  expect(forward).toContain(record.stories[0]?.at);
  expect(forward).toContain(record.waits.intervals.began[0]?.from);
  expect(walked(record.edge + 1, (t) => previousNotable(record, t)).toReversed()).toEqual(forward);
});

test('the parties of a finding look like it from its instant on, and a lock that is held by that', () => {
  const at = record.stories[0]?.at ?? 0;
  expect(storyAt(record, at - 1)).toBeUndefined();
  expect(storyAt(record, at)?.tag).toBe('DEADLOCK');
  const looks = (t: number, agent: string) => agentLooks(record, t)(record.placeOf(agent));
  expect(['kswapd/0', 'inodegc/0', 'repair/0'].map((agent) => looks(at, agent))).toEqual(['find', 'find', 'find']);
  expect(looks(at - 1, 'kswapd/0')).toBe('wait');
  expect(['ag/0', 'ag/1'].map((agent) => looks(at, agent))).toEqual(['held', 'part']);
});

test('labels of a run say what differs from its profile', () => {
  const labels = { name: 'seed-deadlock', profile: 'v6.1', seed: 1, cpus: 4 };
  expect(runChips(record)).toEqual({ ...labels, changes: [], set: [] });
  const cured = requestRun(readRun({ scenario: 'seed-deadlock', policy: 'throttle=skip-kswapd' }));
  expect(runChips(cured)).toEqual({ ...labels, changes: ['throttle=skip-kswapd'], set: [] });
  const fewer = requestRun(readRun({ scenario: 'seed-deadlock', set: ['tasks=2', 'memory=1GiB'] }));
  expect(runChips(fewer).set).toEqual(['tasks=2', 'memory=1GiB']);
  expect(runChips({ heading: 'made by hand', command: {} }).name).toBe('made by hand');
});

test('a search finds agents, and the next event of states and messages', () => {
  const { tasks } = reportNames(record.plan);
  expect(searchRecord(record, tasks, '  ', 0)).toEqual([]);
  expect(searchRecord(record, tasks, 'kswapd', 0)).toContainEqual({
    kind: 'agent',
    text: 'kswapd0',
    agent: 'kswapd/0',
  });
  const [hit] = searchRecord(record, tasks, 'waitingforagi', 0);
  expect(hit).toMatchObject({ kind: 'state', text: 'waitingForAgi', next: { agent: 'inodegc/0' } });
  const last = searchRecord(record, tasks, 'waitingForAgi', record.edge)[0];
  expect(last).toMatchObject({ next: undefined });
});

test('an instant may be typed as it is shown', () => {
  const typed = ['2.220\u2009882', '2.22s', '474.7ms', '0', '-1', 'soon', ''].map(typedInstant);
  expect(typed).toEqual([2_220_882_000, 2_220_000_000, 474_700_000, 0, undefined, undefined, undefined]);
});

test('a record has how its deadlock came about', () => {
  expect(record.steps?.map(({ agent }) => agent)).toContain('repair/0');
});
