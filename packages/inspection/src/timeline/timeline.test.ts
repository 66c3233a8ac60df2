/** Tests of the timeline by the deadlock of the seed: its lanes, its axis, and what is drawn. */
import { readRun, requestRun } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { Execution } from '../execution.ts';
import { FirstDifference } from '../first-difference.ts';
import type { LaneMeasure } from '../lane.ts';
import { RunRecord } from '../run-record.ts';
import { STATE_LOOKS, type StateLook } from '../state-look.ts';
import { axisTicks, instantText } from './axis-ticks.ts';
import { foundSpans } from './found-spans.ts';
import { eventDensity } from './event-density.ts';
import { findingFlags } from './finding-flags.ts';
import { laneSegments } from './lane-segments.ts';
import { laneTip } from './lane-tip.ts';
import { LookCounts } from './look-counts.ts';
import { StateFaces } from './state-faces.ts';
import { TimeAxis } from './time-axis.ts';
import { type LaneChoices, lanesBeside } from './timeline-lanes.ts';
import { TimelineModel } from './timeline-model.ts';
import { timelineSvg } from './timeline-svg.ts';

const request = requestRun(readRun({ scenario: 'seed-deadlock' }));
const UNTOUCHED: LaneChoices = { pins: [], selection: undefined, hidden: new Set(), unfolded: new Set() };
const MEASURES: readonly LaneMeasure[] = ['time', 'order'];
const WIDTH = 1_000;

/** Calls back after each chunk. */
function recorded(most: number, onChunk: (record: RunRecord) => void = () => undefined): RunRecord {
  const execution = new Execution(request.plan(), request.heading);
  const record = new RunRecord(execution.opening);
  onChunk(record);
  while (!execution.isOver) {
    record.append(execution.advance(most));
    onChunk(record);
  }
  return record;
}

const record = recorded(1_000_000);
const model = new TimelineModel(record);
model.follow();
const whole = { from: 0, to: record.edge };
const LATE = { from: 474_000_000, to: 475_000_000 };

function viewOf(kind: LaneMeasure = 'time', window = whole, choices = UNTOUCHED) {
  return model.view(model.lanes(choices), kind, window, WIDTH);
}

test('those who wait long come first, then resources, stacks and the rest', () => {
  expect(model.lanes(UNTOUCHED).map(({ title }) => title)).toEqual([
    'kswapd0',
    'kworker/0:1',
    'xfs_scrub',
    'shrinker_rwsem',
    'AGI of AG 0',
    'inodegc work of CPU 0',
    '7 × rm',
    '7 × fsstress',
    'kworker/1:1',
    'kworker/2:1',
    'kworker/3:1',
    'stress-ng',
    'cpu/0',
    'cpu/1',
    'cpu/2',
    'cpu/3',
  ]);
});

test('while a run goes on, a lane may come to the front, and no other two change places', () => {
  const grown: string[][] = [];
  let growing: TimelineModel | undefined;
  recorded(10, (part) => {
    growing ??= new TimelineModel(part);
    growing.follow();
    grown.push(growing.lanes(UNTOUCHED).map(({ key }) => key));
  });
  expect(grown.at(-1)).toEqual(model.lanes(UNTOUCHED).map(({ key }) => key));
  for (const [i, lanes] of grown.slice(1).entries()) {
    const before = grown[i] ?? [];
    const came = lanes.filter(
      (key) => before.indexOf(key) > lanes.indexOf(key) && !before.slice(0, lanes.indexOf(key)).includes(key),
    );
    const stayed = (list: readonly string[]) =>
      list.filter((key) => before.includes(key) && lanes.includes(key) && !came.includes(key));
    expect(stayed(lanes)).toEqual(stayed(before));
  }
});

test('a selected agent of a stack has a lane of its own, a hidden lane has none, an unfolded stack has all', () => {
  const titles = (choices: Partial<LaneChoices>) => model.lanes({ ...UNTOUCHED, ...choices }).map(({ title }) => title);
  expect(titles({ selection: 'unlinker/3' }).slice(2, 5)).toEqual(['xfs_scrub', 'rm:2313', 'shrinker_rwsem']);
  expect(titles({ pins: ['unlinker/3'] })).toContain('6 × rm');
  expect(titles({ hidden: new Set(['kswapd/0']) })).not.toContain('kswapd0');
  expect(titles({ unfolded: new Set(['stack rm']) }).filter((title) => title.startsWith('rm:'))).toHaveLength(7);
});

test('segments lie side by side from the left to the edge, and shares of a column add up to it', () => {
  const faces = new StateFaces(record);
  for (const kind of MEASURES)
    for (const window of [whole, LATE, { from: 64_011_081, to: 64_014_400 }, { from: 2_000_000_000, to: record.edge }])
      for (const place of record.agents.keys()) {
        const axis = new TimeAxis(record, kind, window, WIDTH);
        let right = 0;
        laneSegments(record, place, axis, (state) => faces.face(state), {
          bar: (x, end) => {
            expect(Math.max(0, x)).toBe(right);
            expect(end).toBeGreaterThan(x);
            right = end;
          },
          column: (x, shares) => {
            expect(x).toBe(right);
            expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 6);
            right = x + 1;
          },
        });
        expect(right).toBe(WIDTH);
      }
});

test('of many states in a pixel none is left out, and the last one has no more than its share', () => {
  const place = record.placeOf('kswapd/0');
  const axis = new TimeAxis(record, 'time', { from: 0, to: 10 * record.edge }, 100);
  const faces = new StateFaces(record);
  const columns: number[][] = [];
  laneSegments(record, place, axis, (state) => faces.face(state), {
    bar: () => undefined,
    column: (_, shares) => columns.push([...shares]),
  });
  const share = (look: StateLook) => columns.reduce((sum, shares) => sum + (shares[STATE_LOOKS.indexOf(look)] ?? 0), 0);
  const inPixels = (ns: number) => ns / (axis.to / axis.width);
  expect(share('run')).toBeCloseTo(inPixels(record.lane(place).shares(0, record.edge, place)[0] ?? 0), 6);
  expect(share('sleep')).toBeGreaterThan(0.5 * inPixels(220_605_935));
});

test('an instant and its place on the axis are each other', () => {
  for (const kind of MEASURES) {
    const axis = new TimeAxis(record, kind, whole, WIDTH);
    expect([axis.x(0), axis.x(record.edge)]).toEqual([0, WIDTH]);
    for (const row of [5, 100, 400, record.rows - 1]) {
      const at = record.at.at(row);
      expect(axis.instantOf(axis.position(at))).toBe(at);
      if (kind === 'order') expect(axis.eventAt(axis.x(at) + 0.001)).toBe(at);
    }
  }
  const order = new TimeAxis(record, 'order', whole, record.rows * 10);
  const row = record.lastRow(64_011_081);
  expect(order.x(64_011_081)).toBeCloseTo(row * 10, 6);
});

test('ticks stand at round instants, and no two texts meet', () => {
  const texts = (from: number, to: number) =>
    axisTicks(new TimeAxis(record, 'time', { from, to }, WIDTH)).map(({ text }) => text);
  expect(texts(0, 2_000_000_000).slice(0, 3)).toEqual(['0', '0.2 s', '0.4 s']);
  expect(texts(55_000_000, 60_000_000).slice(0, 2)).toEqual(['55.0 ms', '55.5 ms']);
  expect(texts(2_220_878_000, 2_220_883_000).slice(0, 2)).toEqual([
    '2.220\u2009878\u20090 s',
    '2.220\u2009878\u20095 s',
  ]);
  expect(instantText(2_220_882_078)).toBe('2.220\u2009882\u2009078');
});

test('the density counts every event once', () => {
  expect(eventDensity(record, record.edge, 777).reduce((sum, count) => sum + count)).toBe(record.rows);
});

test('counts of a crowd are the sums of its lanes', () => {
  const places = [...record.agents.keys()].filter((place) => record.agents[place]?.task !== undefined);
  const start = new Float64Array(STATE_LOOKS.length);
  const looks = places.map((place) => STATE_LOOKS.indexOf(record.start(place).look));
  for (const look of looks) start[look] = (start[look] ?? 0) + 1;
  const counts = new LookCounts(record, start);
  for (let row = 0; row < record.rows; row += 1) {
    const member = places.indexOf(record.to.at(row));
    if (member < 0) continue;
    const look = STATE_LOOKS.indexOf(record.stateName(record.state.at(row)).look);
    if (look !== looks[member]) counts.move(row, looks[member] ?? 0, look);
    looks[member] = look;
  }
  const [spent, own] = [new Float64Array(STATE_LOOKS.length), new Float64Array(STATE_LOOKS.length)];
  for (const measure of MEASURES)
    for (const part of [0, 0.001, 0.03, 0.1, 0.2, 0.21, 0.5, 1]) {
      const t = Math.round(part * (measure === 'time' ? record.edge : record.rows - 1));
      counts.spentBefore(t, measure, spent);
      const sums = STATE_LOOKS.map(() => 0);
      for (const place of places) {
        record.lane(place).spentBefore(t, place, measure, own);
        for (const [i, value] of own.entries()) sums[i] = (sums[i] ?? 0) + value;
      }
      expect([...spent]).toEqual(sums);
    }
});

test('the picture says who waits for what, who has it, and for whom the others wait', () => {
  const svg = timelineSvg(viewOf(), record.edge, 'dark');
  for (const words of [
    'throttled: the inodegc work of CPU 0',
    'waitingForAgi: the AGI of AG 0',
    'xfs_scrub holds it · 8 in its queue',
    'all wait for the AGI of AG 0',
    'kswapd0 holds it (R) · 1 in its queue',
  ])
    expect(svg).toContain(words);
  expect(timelineSvg(viewOf(), 1_000_000_000, 'dark')).toContain('kswapd0 holds it (R)<');
});

test('an arrow goes on through a lane that is hidden, dashed and with its name', () => {
  const kworker = new Set(['inodegc/0']);
  const svg = timelineSvg(viewOf('time', whole, { ...UNTOUCHED, hidden: kworker }), record.edge, 'light');
  expect(svg).toContain('stroke-dasharray');
  expect(svg).toContain('>kworker/0:1</text>');
});

test('a tip says what an agent does under the pointer, and since when', () => {
  const view = viewOf();
  expect(laneTip(view, view.axis.x(1_000_000_000), 40)).toMatchObject({
    title: 'kworker/0:1',
    agent: 'inodegc/0',
    lines: ['AGI of AG 0', '0.064\u2009011\u2009081 s', '2.26 s'],
  });
  expect(laneTip(view, 500, 10_000)).toBeUndefined();
});

test('a run beside it has its lanes below, and a mark where the two stop being the same', () => {
  const cure = requestRun(readRun({ scenario: 'seed-deadlock', policy: 'throttle=skip-kswapd' }));
  const execution = new Execution(cure.plan(), cure.heading);
  const other = new RunRecord(execution.opening);
  while (!execution.isOver) other.append(execution.advance(1_000_000));
  const beside = new TimelineModel(other);
  beside.follow();
  const difference = new FirstDifference(record, other);
  const row = difference.row() ?? -1;
  expect(row).toBeGreaterThan(100);
  expect(record.row(row - 1)).toMatchObject({
    at: other.at.at(row - 1),
    state: { text: other.row(row - 1)?.state.text },
  });
  expect(new FirstDifference(record, recorded(100)).row()).toBeUndefined();
  const lanes = lanesBeside(model.lanes(UNTOUCHED), other);
  expect(lanes.slice(0, 3).map(({ kind, title }) => [kind, title])).toEqual([
    ['agent', 'kswapd0'],
    ['other', 'kswapd0'],
    ['agent', 'kworker/0:1'],
  ]);
  const view = beside.view([], 'time', whole, WIDTH);
  const differsAt = difference.instant();
  const svg = timelineSvg(
    model.view(lanes, 'time', whole, WIDTH, { other: { view, differsAt }, gaps: [{ from: 0, to: 1_000_000 }] }),
    record.edge,
    'dark',
  );
  expect(svg).toContain('url(#stripes-sleep)');
  expect(svg).toContain('stroke="#c29bff"');
});

test('an agent is crimson in each finding that it is a party of, the deadlock after a broken property too', () => {
  const early = { kind: 'property', at: 1_000_000, evidence: { agent: 'kswapd/0' } } as const;
  const spans = foundSpans(
    {
      agents: record.agents,
      findings: [early, ...record.findings],
      placeOf: (agent) => record.placeOf(agent),
      lane: (place) => record.lane(place),
    },
    model.view([], 'time', whole, WIDTH).history,
  );
  const deadlock = record.findings.find(({ kind }) => kind === 'deadlock')?.at ?? 0;
  expect(deadlock).toBeGreaterThan(early.at);
  expect(spans.get('kswapd/0')).toMatchObject([{ from: early.at }, { from: deadlock }]);
  expect(spans.get('kswapd/0')?.[0]?.to).toBeLessThan(deadlock);
  expect(spans.get('inodegc/0')).toMatchObject([{ from: deadlock }]);
});

test('messages are drawn for whoever is chosen, between lanes that there are', () => {
  const arrows = (svg: string) => svg.split('stroke="#b1bcc8"').length - 1;
  const drawn = (more: Parameters<typeof model.view>[4]) =>
    arrows(timelineSvg(model.view(model.lanes(UNTOUCHED), 'order', whole, WIDTH, more), record.edge, 'dark'));
  const [none, some, all] = [drawn({}), drawn({ messagesOf: 'inodegc/0' }), drawn({ allMessages: true })];
  expect(none).toBe(0);
  expect(some).toBeGreaterThan(5);
  expect(all).toBeGreaterThan(some);
});

test('what was found has a flag at its instant, beside the cursor and not below it', () => {
  const { axis } = model.view([], 'time', whole, WIDTH);
  const wide = (text: string): number => text.length * 7;
  const far = findingFlags(axis, record.stories, { from: 100, to: 200 }, wide);
  expect(far).toMatchObject([{ text: 'DEADLOCK 2.220\u2009882' }]);
  expect(far[0]?.from).toBeLessThanOrEqual(far[0]?.x ?? 0);
  expect(far[0]?.to).toBeGreaterThanOrEqual(far[0]?.x ?? 0);
  const [near] = findingFlags(axis, record.stories, { from: 890, to: WIDTH }, wide);
  expect(near?.to).toBeLessThan(890);
  expect(findingFlags(axis, record.stories, { from: 0, to: WIDTH }, wide)).toEqual([]);
  const { axis: before } = model.view([], 'time', { from: 0, to: record.edge / 2 }, WIDTH);
  expect(findingFlags(before, record.stories, { from: 0, to: 90 }, wide)).toEqual([]);
});
