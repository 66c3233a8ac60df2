/** Tests of what may be set of a scenario: what is usual is true, words are read back, and nothing else is taken. */
import { planDigest } from '@dragon/engine';
import { profileNamed } from '@dragon/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatValue, type Parameter, readParameter, type SetValues } from './parameter.ts';
import { readRun, requestRun } from './run-request.ts';
import { maxCpusOf, planScenario, type Scenario, ScenarioError } from './scenario.ts';
import { scenarioNamed, SCENARIOS } from './scenarios.ts';
import { readSetValues } from './set-values.ts';
import { SettingError } from './setting-values.ts';

const settings = (cpus: number, set: SetValues) => {
  const { policy, release } = profileNamed('v6.1');
  return { policy, release, cpus, seed: 1, until: 1_000_000_000, keepGoing: false, set };
};

const parametersOf = ({ parameters }: Scenario, cpus: number): readonly Parameter[] => parameters?.(cpus) ?? [];

describe.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))('%s', (name, scenario) => {
  test('what is usual is within bounds, and setting it changes nothing', () => {
    for (const cpus of [scenario.minCpus, Math.min(8, maxCpusOf(scenario))]) {
      const parameters = parametersOf(scenario, cpus);
      expect(new Set(parameters.map(({ key }) => key)).size).toBe(parameters.length);
      const words = parameters.map(({ key, unit, usual }) => `${key}=${formatValue(unit, usual)}`);
      // A vm.min_free_kbytes that was set is one more thing that a plan says.
      const { 'min-free': _, ...set } = readSetValues(scenario, cpus, words);
      const [usual, same] = [{}, set].map((each) => planDigest(planScenario(scenario, settings(cpus, each))));
      expect(same).toBe(usual);
    }
  });

  test('whatever is set within bounds is a run, or one line says why not', () => {
    const cpus = scenario.minCpus;
    const values = parametersOf(scenario, cpus).map(({ key, unit, least, most, usual }) => {
      const value = fc.integer({ min: least, max: Math.min(most, 4 * usual + 64) });
      return value.map((each) => `${key}=${formatValue(unit, each)}`);
    });
    fc.assert(
      fc.property(
        fc.tuple(...values).chain((words) => fc.subarray(words, { maxLength: 3 })),
        (set) => {
          const request = requestRun(readRun({ scenario: name, cpus: String(cpus), set }));
          expect(request.set.map(({ key, text }) => `${key}=${text}`)).toEqual(set);
          // In the heading, in the header of a trace, and in the command that does it again.
          for (const word of set) {
            expect(request.heading).toContain(`, ${word}, `);
            expect(request.replayArguments).toContain(`--set ${word} `);
          }
          expect(request.command['set'] ?? []).toEqual(set);
          try {
            request.plan();
          } catch (error) {
            expect(error).toBeInstanceOf(SettingError);
            expect((error as SettingError).message).toMatch(/set more memory|no inode numbers left/);
          }
        },
      ),
      { numRuns: 10 },
    );
  });
});

test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
  '%s says in a line what it takes',
  (name, scenario) => {
    const keys = parametersOf(scenario, scenario.minCpus).map(({ key }) => key);
    expect(() => readRun({ scenario: name, cpus: String(scenario.minCpus), set: ['height=5'] })).toThrow();
    expect(() => readSetValues(scenario, scenario.minCpus, ['height=5'])).toThrow(
      `${name}: unknown parameter 'height' (one of: ${keys.join(', ')})`,
    );
  },
);

test('a value is read back as it was written', () => {
  for (const unit of ['count', 'memory', 'time', 'percent'] as const)
    fc.assert(
      fc.property(fc.nat(), (value) => {
        const parameter = { key: 'x', about: '', unit, usual: 0, least: 0, most: Number.MAX_SAFE_INTEGER };
        expect(readParameter(parameter, formatValue(unit, value))).toBe(value);
      }),
    );
});

test.each([
  ['inodes=50k', 'inodes', 50_000],
  ['inodes=0.5M', 'inodes', 500_000],
  ['free=160MiB', 'free', 40_960],
  ['free=160M', 'free', 40_960],
  ['free=300 kB', 'free', 75],
  ['free=12pages', 'free', 12],
  ['free=0', 'free', 0],
  ['at=1.5s', 'at', 1_500_000_000],
  ['at=0', 'at', 0],
  ['cpu-cost=270%', 'cpu-cost', 270],
  ['cpu-cost=270', 'cpu-cost', 270],
])('%s', (word, key, value) => {
  expect(readSetValues(scenarioNamed('big-cache'), 4, [word])).toEqual({ [key]: value });
});

test.each([
  [['inodes'], "'inodes' is no key=value (big-cache has: inodes, ags, demand, tasks, at, memory,"],
  [['inods=5'], "big-cache: unknown parameter 'inods'; did you mean inodes? (one of: inodes, ags,"],
  [['inodes=5', 'inodes=6'], 'inodes is set twice'],
  [['inodes=many'], "inodes: 'many' is not a whole number: give one, as in 5000 or 50k"],
  [['inodes=1.5'], "inodes: '1.5' is not a whole number"],
  [['inodes=3M'], "inodes: '3M' is out of bounds: give 0 to 2000000"],
  [['ags=0'], "ags: '0' is out of bounds: give 1 to 1024"],
  [['free=5'], "free: '5' is not an amount of memory: give a number and a unit, KiB, MiB, GiB or pages, as in 160MiB"],
  [['free=5KiB'], "free: '5KiB' is not a whole number of pages of 4 KiB"],
  [['at=5'], "at: '5' is not a duration: give a number and a unit"],
  [['at=-1s'], "at: '-1s' is not a duration"],
  [['cpu-cost=2.5%'], "cpu-cost: '2.5%' is not a whole number of per cent: give one, as in 270%"],
  [['cpu-cost=0'], "cpu-cost: '0' is out of bounds: give 1% to 100000%"],
])('%j', (words, message) => {
  const read = () => readSetValues(scenarioNamed('big-cache'), 4, words);
  expect(read).toThrow(ScenarioError);
  expect(read).toThrow(message);
});

test('what was set stands in the heading, the command and the header of a trace', () => {
  const { heading, replayArguments, command } = requestRun(
    readRun({ scenario: 'big-cache', set: ['at=10ms', 'inodes=5k'] }),
  );
  expect(heading).toBe('big-cache, profile v6.1, 4 CPUs, inodes=5000, at=10ms, seed 1');
  expect(replayArguments).toBe('run big-cache --set inodes=5000 --set at=10ms --seed 1');
  expect(command['set']).toEqual(['inodes=5000', 'at=10ms']);
});

test('more inodes want more memory, unless that is set, too', () => {
  const demand = (set: string[]) =>
    requestRun(readRun({ scenario: 'big-cache', cpus: '1', set }))
      .plan()
      .agents.find(({ id }) => id === 'hog/0')?.params;
  expect(demand(['inodes=100k'])).toMatchObject({ pages: 24_000 + 17_000 });
  expect(demand(['inodes=100k', 'demand=4MiB'])).toMatchObject({ pages: 1_024 });
});
