/** What `--stats` makes of a run: ratios and shares, in a text that fits 80 columns. */
import type { FederateStats } from '@dragon/federation';
import { expect, test } from 'vitest';
import { runStats, statsText } from './run-stats.ts';

const RESULT = {
  endedAt: 1,
  foundAt: undefined,
  findings: [],
  events: 12_345,
  digest: '0123456789abcdef',
  log: [],
  history: () => [],
};
const PROCESS = { cpuSeconds: 1.23456, garbageSeconds: 0.1, peakMegabytes: 99.9 };

const federate = (name: string, events: number): FederateStats => ({
  name,
  agents: 3,
  events,
  windows: 100,
  frames: 50,
  stepSeconds: 0.5,
  wireSeconds: 0.25,
});

const federated = (federates: readonly FederateStats[], rounds = 400, events = RESULT.events) =>
  runStats(
    {
      result: { ...RESULT, events },
      wallSeconds: 4,
      federation: { rounds, stats: { federates, seconds: 2, wireSeconds: 0.2, mergeSeconds: 0.4 } },
    },
    PROCESS,
  );

test('one process', () => {
  const stats = runStats({ result: RESULT, wallSeconds: 2 }, PROCESS);
  expect(stats).toEqual({
    eventsPerSecond: 6_173,
    process: { cpuSeconds: 1.235, garbageSeconds: 0.1, peakMegabytes: 100 },
  });
  expect(statsText(stats)).toContain('\n  events a second     6,173\n');
});

test('a federation, all together and each', () => {
  expect(federated([federate('a', 100), federate('b', 300)])).toMatchObject({
    rounds: 400,
    roundsPerEvent: 0.032,
    federatesPerRound: 0.5,
    all: { agents: 6, events: 400, windows: 200, frames: 100, eventsPerWindow: 2, framesPerWindow: 0.5 },
    federates: [
      { name: 'a', time: { steps: 0.25, codec: 0.125, waiting: 0.625 } },
      { name: 'b', eventsPerWindow: 3 },
    ],
    coordinator: { steps: 0.2, codec: 0.1, waiting: 0.7 },
  });
});

test('hundreds of federates with long names and many events', () => {
  const federates = Array.from({ length: 200 }, (_, i) => federate(`drop-caches-of-everything-${i}`, 1_234_567 + i));
  const lines = statsText(federated(federates, 12_345_678, 98_765_432)).split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.at(-1)).toBe('  and 189 federates with fewer events');
  expect(lines.filter((line) => line.includes('drop-caches'))).toHaveLength(11);
});
