/** What a trace has of a run beside its rows is what the run said: facts whole, of the census some instants. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CensusSample, type FactsChange, type Plan, type Row, runPlan } from '@dragon/engine';
import {
  blocksBetween,
  CensusDecoder,
  FactsDecoder,
  kernelFinders,
  readIndex,
  readRecords,
  traceLacks,
  type TraceRecords,
  WaitForGraph,
} from '@dragon/report';
import { answerReading, TraceFile, TraceWriter } from '@dragon/report/io';
import { DEFINITIONS } from '@dragon/scenarios';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planOf } from './simulate.ts';
import { planSmall, smallPressure } from './small-worlds.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trace-records-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Said {
  readonly rows: Row[];
  readonly changes: FactsChange[];
  readonly samples: CensusSample[];
}

/** Runs a plan and records it; returns what the run said. `late`: records come at the end, each kind by itself. */
async function record(path: string, plan: Plan, late = false): Promise<Said> {
  const said: Said = { rows: [], changes: [], samples: [] };
  const writer = new TraceWriter(path, { heading: 'a run', command: {} }, plan);
  const result = runPlan(plan, DEFINITIONS, {
    finders: kernelFinders().finders,
    onRow: (row) => {
      said.rows.push(row);
      if (!late) writer.row(row);
    },
    onFacts: (change) => {
      said.changes.push(change);
      if (!late) writer.facts(change);
    },
    onCensus: (sample) => {
      said.samples.push(sample);
      if (!late) writer.census(sample);
    },
  });
  if (late) {
    for (const sample of said.samples) writer.census(sample);
    for (const change of said.changes) writer.facts(change);
    for (const row of said.rows) writer.row(row);
  }
  const { events, digest, endedAt } = result;
  await writer.finish({ end: true, outcome: 'completed', events, digest, endedAt });
  return said;
}

async function read(path: string): Promise<TraceRecords[]> {
  const file = TraceFile.open(path);
  const index = await answerReading(file, readIndex(file));
  expect(traceLacks(index)).toEqual([]);
  const records: TraceRecords[] = [];
  for (const nth of blocksBetween(index.blocks, 0, Infinity))
    records.push(await answerReading(file, readRecords(file, index, nth)));
  expect(records).toHaveLength(index.blocks.length);
  file.close();
  return records;
}

/** What is said of waits and locks, wherever lists are cut. */
const flat = ({ at, agent, facts: { task, resources = [] } }: FactsChange) => ({
  at,
  agent,
  waitsFor: task && (task.waitsFor ?? 'nothing'),
  holds: task?.holds.map(({ resource, mode }) => [resource, mode]),
  resources: resources.map(({ resource, holders, waiters }) => [
    resource,
    holders.flat(),
    waiters.flat().map((waiter) => waiter.task),
  ]),
});

/** Returns the changes that say something else than the agent said before; at first it says nothing. */
function news(changes: readonly FactsChange[]): FactsChange[] {
  const last = new Map<string, string>();
  return changes.filter((change) => {
    const { at: _at, agent, ...said } = flat(change);
    const text = JSON.stringify(said);
    const isNews = text !== (last.get(agent) ?? '{"resources":[]}');
    last.set(agent, text);
    return isNews;
  });
}

const PLANS = [
  ['seed-deadlock', planOf({ scenario: 'seed-deadlock', cpus: 4 })],
  ['pressure in small', planSmall(smallPressure, { seed: 2, policy: 'throttle=skip-kswapd', until: 300_000_000 })],
] as const;

test.each(PLANS)('%s: facts and census come back from the trace', async (name, plan) => {
  const path = join(folder, `${name}.trace`);
  const said = await record(path, plan);
  const blocks = await read(path);
  const decoder = new FactsDecoder();
  const decoded = blocks.flatMap(({ facts }) => facts.map((delta) => decoder.take(delta)));
  expect(decoded.map(flat)).toEqual(news(said.changes).map(flat));
  const graph = new WaitForGraph();
  for (const change of decoded) graph.facts(change);
  expect(graph.check(said.rows.at(-1)?.at ?? 0).length).toBe(name === 'seed-deadlock' ? 1 : 0);

  const census = new CensusDecoder();
  const instants = new Set<number>();
  for (const delta of blocks.flatMap((block) => block.census)) {
    const { at, agent, numbers } = census.take(delta);
    expect(numbers).toEqual(said.samples.findLast((sample) => sample.agent === agent && sample.at <= at)?.numbers);
    instants.add(at);
  }
  expect(instants.size).toBeGreaterThan(10);
});

test('the bytes depend on what a run says, not on the order in which kinds of it arrive', async () => {
  const [, plan] = PLANS[1];
  const [early, late] = [join(folder, 'early.trace'), join(folder, 'late.trace')];
  await record(early, plan);
  await record(late, plan, true);
  expect(readFileSync(late).equals(readFileSync(early))).toBe(true);
});
