/** A map as it was asked for: the points of a sample, and every run at each of them. */
import { latinHypercube, type SampleRange, valueAt } from '@dragon/compare';
import { formatExactDuration, shellWord, unknownName } from '@dragon/kernel';
import {
  DEFAULT_CPUS,
  DEFAULT_UNTIL,
  formatValue,
  ParameterError,
  type Parameter,
  readCpus,
  readParameter,
  scenarioNamed,
  SettingError,
  settingRead,
  setWord,
} from '@dragon/scenarios';
import { dragonCommand } from '../dragon-command.ts';
import { seedRange } from '../many-runs/seed-list.ts';
import { type ComparedOptions, type CompareJob, CompareRequest } from './compare-request.ts';
import { hasPlan } from './edge-variables.ts';

/** What `--sample` and `--range` say. */
export interface SampleOptions extends ComparedOptions {
  readonly sample?: number;
  readonly range?: readonly string[];
}

/** A run of the map, in its place. */
export interface SampleJob extends CompareJob {
  readonly point: number;
  readonly policy: string;
  readonly seed: number;
}

/** How many CPUs there are is no parameter of a scenario, but may be sampled as one. */
const CPUS = 'cpus';
const DEFAULT_SEEDS = seedRange(1, 3);
/** From here on a memory is whole MiB. */
const LARGE_PAGES = 25_600;
const PAGES_PER_MIB = 256;

export class SampleRequest {
  readonly compared: CompareRequest;
  readonly ranges: readonly SampleRange[];
  readonly points: readonly (readonly number[])[];
  readonly #ranged: readonly string[];

  /** Throws what is shown as bad usage. The first of the seeds draws the sample. */
  constructor(scenario: string, { sample = 0, range = [], ...options }: SampleOptions) {
    for (const [name, given] of [
      ['sensitivity', options.sensitivity],
      ['sensitivity-seeds', options.sensitivitySeeds],
      ['edge-runs', options.edgeRuns],
    ] as const)
      if (given !== undefined) throw new SettingError(name, 'is about a comparison, not about a sample');
    const asked = options.seed === undefined && options.seeds === undefined ? { seeds: DEFAULT_SEEDS } : {};
    this.compared = new CompareRequest(scenario, { ...options, ...asked }, []);
    if (this.compared.cpus.length > 1) throw new SettingError('cpus', 'give one number, or --range cpus=1..16');
    if (range.length === 0)
      throw new SettingError('range', 'a sample needs one at least, as in --range inodes=5k..500k');
    const parameters = scenarioNamed(scenario).parameters?.(this.#cpus, this.compared.setValues) ?? [];
    this.ranges = range.map((word) => settingRead('range', () => readRange(word, parameters)));
    for (const { key } of this.ranges)
      if (this.ranges.filter((each) => each.key === key).length > 1)
        throw new SettingError('range', `${key} is given twice`);
    if (this.#isRanged(CPUS) && options.cpus !== undefined)
      throw new SettingError('range', 'cpus are given, too: give --range or --cpus');
    for (const { key } of this.ranges)
      if (Object.hasOwn(this.compared.setValues, key))
        throw new SettingError('range', `${key} is set, too: give --range or --set`);
    this.#ranged = range;
    const places = latinHypercube(sample, this.ranges.length, this.compared.seeds[0] ?? 1);
    this.points = places.map((point) => this.ranges.map((each, i) => valueAt(each, point[i] ?? 0)));
  }

  #isRanged(key: string): boolean {
    return this.ranges.some((each) => each.key === key);
  }

  get #cpus(): number {
    return this.compared.cpus[0] ?? DEFAULT_CPUS;
  }

  /** Returns every run, point by point; of some of them there is no plan. */
  jobs(): SampleJob[] {
    const { policies, seeds } = this.compared;
    return this.points.flatMap((values, point) => {
      const set = this.ranges.flatMap(({ key, textOf }, i) =>
        key === CPUS ? [] : [`${key}=${textOf(values[i] ?? 0)}`],
      );
      const cpus = values[this.ranges.findIndex(({ key }) => key === CPUS)] ?? this.#cpus;
      return policies.flatMap((policy) =>
        seeds.map((seed) => ({ ...this.compared.job(policy, cpus, seed, { set }), point, policy, seed })),
      );
    });
  }

  /** Returns the points at which what is set leaves no room for something else. */
  withoutRoom(jobs: readonly SampleJob[]): ReadonlySet<number> {
    const firsts = new Map(jobs.toReversed().map((job) => [job.point, job]));
    return new Set([...firsts.values()].filter(({ request }) => !hasPlan(request.plan)).map(({ point }) => point));
  }

  /** Returns the shell command of this map, without where its results go. */
  command(): string {
    const { scenario, policies, seedsText, until, set, faults } = this.compared;
    const words = [
      ...policies.flatMap((text) => ['--candidate', shellWord(text)]),
      '--sample',
      String(this.points.length),
      ...this.#ranged.flatMap((word) => ['--range', shellWord(word)]),
      '--seeds',
      seedsText,
      ...(this.#isRanged(CPUS) ? [] : ['--cpus', String(this.#cpus)]),
      ...(until === DEFAULT_UNTIL ? [] : ['--until', formatExactDuration(until)]),
      ...set.flatMap((each) => ['--set', setWord(each)]),
      ...faults.flatMap((fault) => ['--fault', shellWord(fault)]),
    ];
    return dragonCommand(`compare ${scenario} ${words.join(' ')}`);
  }
}

function readRange(word: string, parameters: readonly Parameter[]): SampleRange {
  const [, key, from, to] = /^\s*([^=\s]+)\s*=(.+?)\.\.(.+)$/s.exec(word) ?? [];
  if (key === undefined || from === undefined || to === undefined)
    throw new SettingError('range', `'${word}' is no key=least..most, as in inodes=5k..500k`);
  const keys = [CPUS, ...parameters.map((each) => each.key)];
  const parameter = parameters.find((each) => each.key === key);
  if (parameter === undefined && key !== CPUS) throw new SettingError('range', unknownName('parameter', key, keys));
  const read = (text: string) => (parameter === undefined ? cpusOf(text) : bound(parameter, text));
  const [least, most] = [read(from), read(to)];
  if (least >= most) throw new SettingError('range', `'${word}' must begin with the lesser value`);
  const unit = parameter?.unit ?? 'count';
  const step = unit === 'memory' && most >= LARGE_PAGES ? PAGES_PER_MIB : 1;
  return { key, least, most, step, textOf: (value) => formatValue(unit, value) };
}

function cpusOf(text: string): number {
  try {
    return readCpus(text);
  } catch (error) {
    if (error instanceof SettingError) throw new SettingError('range', `cpus: ${error.message}`);
    throw error;
  }
}

function bound(parameter: Parameter, text: string): number {
  try {
    return readParameter(parameter, text);
  } catch (error) {
    if (error instanceof ParameterError) throw new SettingError('range', `${parameter.key}: ${error.message}`);
    throw error;
  }
}
