/** Tests of all agents at an instant: looks, words and rows are those of the record; cells are as large as can be. */
import { agentGroups, groupWords, reportNames, wantedMost } from '@dragon/report';
import { readRun, requestRun } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { agentLooks } from '../agent-looks.ts';
import { Execution } from '../execution.ts';
import { RunRecord } from '../run-record.ts';
import { agentsAt, groupDoings, LOOKS } from './agents-at.ts';
import { gridLayout, heightOf } from './grid-layout.ts';
import { shortPath, stateRows } from './state-rows.ts';
import { longestWaiter, threadsOfInterest } from './threads-of-interest.ts';

const request = requestRun(readRun({ scenario: 'seed-deadlock' }));
const execution = new Execution(request.plan(), request.heading, request.command);
const seed = new RunRecord(execution.opening);
while (!execution.isOver) seed.append(execution.advance(100_000));
const names = reportNames(seed.plan);
const groups = agentGroups(seed.agents);

test('looks in one pass are those of the agents asked one by one', () => {
  for (const share of [0, 0.05, 0.2, 0.7, 1]) {
    const t = Math.round(seed.edge * share);
    const { looks, states } = agentsAt(seed, t);
    const look = agentLooks(seed, t);
    expect(Array.from(looks, (each) => LOOKS[each])).toEqual(seed.agents.map((_, place) => look(place)));
    expect(states).toEqual(seed.agents.map((_, place) => seed.now(place, t).state));
  }
});

test('a group is told by what most of it do, waits first', () => {
  const at = agentsAt(seed, seed.edge);
  const facts = seed.waitsAt(seed.edge);
  const words = new Map(
    groups.map(({ name, agents }) => [name, groupWords(groupDoings(seed, agents, at, facts), name === 'CPU', names)]),
  );
  expect(words.get('kswapd')).toBe('waits for the inodegc work of CPU 0');
  expect(words.get('kworker')).toBe('1 waits for the AGI of AG 0, 3 sleep');
  expect(words.get('rm')).toBe('all wait for the AGI of AG 0');
  expect(words.get('fsstress')).toBe('all exited');
  expect(words.get('CPU')).toBe('all are idle');
});

test('what is wanted is counted by who waits; several of a sort are one', () => {
  expect(wantedMost(seed.waitsAt(seed.edge), names).map(({ text, agents }) => [text, agents.length])).toEqual([
    ['the AGI of AG 0', 8],
    ['shrinker_rwsem', 1],
    ['the inodegc work of CPU 0', 1],
  ]);
  const agis = seed.plan.resources.filter(({ label }) => label?.what === 'AGI').map(({ id }) => id);
  expect(names.resources.any(agis)).toBe('an AGI');
});

test('every thread is in one row of states, who waits first', () => {
  const rows = stateRows(seed, agentsAt(seed, seed.edge));
  const threads = seed.agents.filter(({ task }) => task !== undefined).map(({ id }) => id);
  expect(rows.flatMap(({ agents }) => agents).toSorted()).toEqual(threads.toSorted());
  expect(rows[0]).toMatchObject({ group: 'rm', path: 'unlinking.waitingForAgi', look: 'wait' });
  expect(shortPath('worker.running.waitingForAgi')).toBe('running.waitingForAgi');
  expect(shortPath('balancing.shrinkingSlab.runningShrinker.choosingShrinker')).toBe('…choosingShrinker');
});

test('the parties of a finding come first among the threads of interest', () => {
  expect(threadsOfInterest(seed, seed.edge)).toEqual(['kswapd/0', 'inodegc/0', 'repair/0']);
  expect(longestWaiter(seed, seed.edge)).toBe('inodegc/0');
  expect(longestWaiter(seed, 0)).toBeUndefined();
});

const area = { width: 680, height: 500, header: 28, gap: 8, slot: 240 };

test('cells are as large as all groups leave room for', () => {
  const few = groups.map(({ agents }) => ({ size: agents.length, isFolded: false }));
  expect(gridLayout(few, area).pitch).toBe(20);
  const many = [1360, 1363, 1360, 1, 7].map((size) => ({ size, isFolded: false }));
  const layout = gridLayout(many, area);
  expect(heightOf(layout, many, area)).toBeLessThanOrEqual(area.height);
  expect(layout.pitch).toBeGreaterThan(5);
  expect(layout.groups.map(({ isWide }) => isWide)).toEqual([true, true, true, false, false]);
  for (const [i, { columns, rows }] of layout.groups.entries())
    expect(columns * rows).toBeGreaterThanOrEqual(many[i]?.size ?? 0);
  const folded = many.map((group, i) => ({ ...group, isFolded: i === 0 }));
  expect(gridLayout(folded, area).pitch).toBeGreaterThan(layout.pitch);
  expect(gridLayout([{ size: 100_000, isFolded: false }], area).pitch).toBe(5);
});
