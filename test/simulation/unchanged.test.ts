/**
 * The simulated kernel as it was before the code was rearranged: each line of before.jsonl is a run of the earlier code
 * and the fingerprint that it had. The same run must have the same one today, down to the key of every event.
 */
import { readFileSync } from 'node:fs';
import { SCENARIOS } from '@dragon/scenarios';
import { describe, expect, test } from 'vitest';
import { type Fingerprint, fingerprint, keysHash } from './fingerprint.ts';
import { type Simulation, type SimulationOptions, simulate } from './simulate.ts';

/** What is not said of a run is as `simulate` has it. */
interface Settings extends Omit<SimulationOptions, 'until'> {
  readonly untilMs: number;
}

const BEFORE = readFileSync(new URL('before.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as { readonly run: Settings; readonly was: Fingerprint });

const NAMES = SCENARIOS.map(({ name }) => name);

function simulated({ untilMs, ...options }: Settings): Simulation {
  return simulate({ ...options, until: untilMs * 1_000_000 });
}

test('every scenario and every outcome is among the runs', () => {
  expect(new Set(BEFORE.map(({ run }) => run.scenario))).toEqual(new Set(NAMES));
  expect(new Set(BEFORE.map(({ was }) => was.outcome))).toEqual(new Set(['completed', 'deadlock', 'oom', 'stalled']));
});

test.each(NAMES)('%s goes as before', { timeout: 60_000 }, (name) => {
  for (const { run, was } of BEFORE.filter((entry) => entry.run.scenario === name))
    expect({ run, is: fingerprint(simulated(run)) }).toEqual({ run, is: was });
});

describe('what would be noticed', () => {
  const run: Settings = { scenario: 'seed-deadlock', cpus: 2, seed: 1, untilMs: 4_000 };
  const { rows } = simulated(run);

  test('a latency that is a nanosecond longer', () => {
    const startWork = { kind: 'uniform', min: 501, max: 1_501 } as const;
    const was = fingerprint(simulated(run));
    const is = fingerprint(simulated({ ...run, latency: { startWork } }));
    expect({ ...is, keys: was.keys }).toEqual(was);
    expect(is.keys).not.toBe(was.keys);
  });

  test.each(['at', 'to', 'from', 'seq'] as const)('another %s of one event', (part) => {
    const changed = rows.map((row, i) =>
      i === 300 ? { ...row, [part]: part === 'at' || part === 'seq' ? 0 : 'x' } : row,
    );
    expect(keysHash(changed)).not.toBe(keysHash(rows));
  });

  test('one event less, but not whose turn it was within an instant', () => {
    expect(keysHash(rows.slice(0, -1))).not.toBe(keysHash(rows));
    expect(keysHash(rows.toSorted((a, b) => (a.to < b.to ? -1 : a.to > b.to ? 1 : 0)))).toBe(keysHash(rows));
  });
});
