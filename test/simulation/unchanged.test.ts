/**
 * The simulated kernel as it was: each line of recorded-runs.jsonl is a run, and the fingerprint that it had. A change
 * that means to leave the model as it is must leave every one of them, down to the key of every event; after one that
 * means to change it, `UPDATE_GOLDEN=1` records them anew.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AgentDefinition } from '@dragon/engine';
import type { ScheduledDefinition } from '@dragon/kernel';
import { DEFINITIONS, SCENARIOS } from '@dragon/scenarios';
import { describe, expect, test } from 'vitest';
import { agentTranscript } from '../golden/agent-transcript.ts';
import { replayTranscript } from '../golden/golden-transcript.ts';
import { ChartWitness } from './chart-witness.ts';
import { Coverage } from './coverage.ts';
import { type Fingerprint, fingerprint, keysHash } from './fingerprint.ts';
import { type Simulation, type SimulationOptions, simulate } from './simulate.ts';

/** What is not said of a run is as `simulate` has it. */
interface Settings extends Omit<SimulationOptions, 'until'> {
  readonly untilMs: number;
}

interface RecordedRun {
  readonly run: Settings;
  was: Fingerprint;
}

const FILE = new URL('recorded-runs.jsonl', import.meta.url);
const RECORDED = readFileSync(FILE, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as RecordedRun);
const ANEW = process.env['UPDATE_GOLDEN'] === '1';

const NAMES = SCENARIOS.map(({ name }) => name);

const coverage = new Coverage();
const charts = new ChartWitness();

function simulated({ untilMs, ...options }: Settings): Simulation {
  return simulate({ ...options, until: untilMs * 1_000_000, observers: [coverage, charts.observer()] });
}

test('every scenario and every outcome is among the runs', () => {
  expect(new Set(RECORDED.map(({ run }) => run.scenario))).toEqual(new Set(NAMES));
  expect(new Set(RECORDED.map(({ was }) => was.outcome))).toEqual(new Set(['completed', 'deadlock', 'oom', 'stalled']));
});

test.each(NAMES)('%s goes as before', { timeout: 60_000 }, (name) => {
  for (const recorded of RECORDED.filter((entry) => entry.run.scenario === name)) {
    const { run } = recorded;
    const is = fingerprint(simulated(run));
    if (ANEW) recorded.was = is;
    expect({ run, is }).toEqual({ run, is: recorded.was });
  }
  if (ANEW) writeFileSync(FILE, RECORDED.map((recorded) => `${JSON.stringify(recorded)}\n`).join(''));
});

test('names of states are read back, and what is ruled out for an agent is never taken', () => {
  expect([...charts.complaints]).toEqual([]);
  expect(charts.ruledOut).toBeGreaterThan(1_000);
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

/** Returns the definition of what a transcript drives, which notes the transitions that it takes. */
function noted(definition: AgentDefinition): AgentDefinition {
  const driven = (definition as unknown as Partial<ScheduledDefinition>).inner as AgentDefinition | undefined;
  const own = driven ?? definition;
  return {
    ...own,
    receive(state, input) {
      const step = own.receive(state, input, true);
      coverage.note(own, step.moves ?? []);
      return step;
    },
  };
}

/** Replays every transcript of every service. */
function replayTranscripts(): void {
  const services = new URL('../../services/', import.meta.url);
  const definitions = [...DEFINITIONS.values()].map(noted);
  for (const service of readdirSync(services)) {
    const folder = new URL(`${service}/src/`, services);
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.golden.txt')))
      replayTranscript(new URL(file, folder), agentTranscript(definitions));
  }
}

/** Transitions that nobody takes, and why they are there all the same. Tests of the allocation's chart take three. */
const UNTAKEN = new Map([
  [
    'inodegc worker.running.allocatingLogItems.slowPath --task.pagesAllocated (inline)--> worker.running.allocatingLogItems.noPage (3)',
    'PF_MEMALLOC: of our threads only kswapd has it, which allocates nothing',
  ],
  [
    'memory kswapd.asleep --always [hopeless]--> kswapd.hopeless',
    'a node that is given up before the beginning is so from its first state on: nobody observes how that is entered',
  ],
]);

test('every transition of every chart is taken by a run or a transcript, or is named here', () => {
  replayTranscripts();
  expect(coverage.untaken(DEFINITIONS.values())).toEqual([...UNTAKEN.keys()]);
});
