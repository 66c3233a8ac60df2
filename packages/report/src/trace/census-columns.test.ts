/** Tests of a census on its way into a trace and out of it, and of how much of it is left out. */
import { type CensusSample, MILLISECOND } from '@dragon/engine';
import { expect, test } from 'vitest';
import { CensusDecoder, type CensusDelta, censusColumns, deltasOfCensus } from './census-columns.ts';
import { CensusThinner } from './census-thinner.ts';
import { columnsOf } from './trace-bytes.fixture.io.ts';

const NO_ROWS = columnsOf([]);
const fail = (why: string) => new Error(why) as never;

const DELTAS: readonly CensusDelta[] = [
  { at: 0, agent: 'kswapd/0', numbers: { priority: 12 } },
  { at: 0, agent: 'memory/0', numbers: { free: 100, slab: 7 } },
  { at: 3, agent: 'memory/0', numbers: { free: 40 } },
  { at: 8, agent: 'kswapd/0', numbers: { priority: null } },
  { at: 9, agent: 'kswapd/0', numbers: { priority: 3 } },
  { at: 9, agent: 'memory/0', numbers: { slab: 9 } },
];

test('changes come back from columns, and all that an agent says from changes', () => {
  const columns = censusColumns(DELTAS, NO_ROWS);
  expect(deltasOfCensus(JSON.parse(JSON.stringify(columns)) as never, 4, NO_ROWS, fail)).toEqual(DELTAS);
  const decoder = new CensusDecoder();
  const samples = DELTAS.map((delta) => decoder.take(delta));
  expect(samples.slice(3)).toEqual([
    { at: 8, agent: 'kswapd/0', numbers: {} },
    { at: 9, agent: 'kswapd/0', numbers: { priority: 3 } },
    { at: 9, agent: 'memory/0', numbers: { free: 40, slab: 9 } },
  ]);
});

test('columns that are not what they must be are refused', () => {
  const columns = censusColumns(DELTAS, NO_ROWS);
  for (const change of [
    { of: [9, 9, 9] },
    { which: [0] },
    { at: [-1, 1, 1, 1] },
    { changes: [1, 1, 1, 1] },
    { names: [0] },
    { value: columns.value.map(() => 0.5) },
    { value: columns.value.map(() => Number.MAX_SAFE_INTEGER) },
  ])
    expect(() => deltasOfCensus({ ...columns, ...change }, 4, NO_ROWS, fail)).toThrow(/^its census is not/);
});

/** Numbers that change at every instant of the grid. */
const busy = (agents: number, instants: number): CensusSample[] =>
  Array.from({ length: instants }, (_, i) =>
    Array.from({ length: agents }, (_each, n) => ({
      at: i * MILLISECOND,
      agent: `inodegc/${1_000 + n}`,
      numbers: { queued: i * n, batch: n },
    })),
  ).flat();

test('a little is kept whole; of much the instants that are kept say what there is then', () => {
  for (const [agents, blocks, rows] of [
    [1, 4, 800],
    [40, 6, 4_096],
    [900, 8, 4_096],
  ] as const) {
    const samples = busy(agents, 20 * blocks);
    const thinner = new CensusThinner();
    const kept: CensusDelta[] = [];
    for (const [i, sample] of samples.entries()) {
      const before = samples[i - 1]?.at ?? 0;
      if (sample.at !== before && sample.at % (20 * MILLISECOND) === 0) kept.push(...thinner.until(before + 7, rows));
      thinner.take(sample);
    }
    kept.push(...thinner.rest());
    const instants = [...new Set(kept.map(({ at }) => at))];
    expect(instants).toEqual(instants.toSorted((a, b) => a - b));
    const decoder = new CensusDecoder();
    for (const delta of kept) {
      const { agent, numbers } = decoder.take(delta);
      const truth = samples.findLast((sample) => sample.agent === agent && sample.at <= delta.at);
      expect([delta.at, numbers]).toEqual([delta.at, truth?.numbers]);
    }
    const changes = kept.filter(({ at }) => at > 0).reduce((sum, { numbers }) => sum + Object.keys(numbers).length, 0);
    expect(changes).toBeLessThan(512 + (rows * blocks) / 24 + 2 * agents);
    if (agents === 1) expect(instants).toHaveLength(1);
    else expect(instants.length).toBeGreaterThan(2);
  }
});
