/** A hunt as it was asked for: which runs it may make, and what all of them have in common. */
import { MILLISECOND, type Plan, type Rule, runPlan, type VirtualTime } from '@dragon/engine';
import { type Attempt, ChartTable, FaultSpace, type Ground, type HuntManner } from '@dragon/hunt';
import { type Fault, formatExactDuration, formatFault } from '@dragon/kernel';
import { kernelFinders } from '@dragon/report';
import {
  type AskedRun,
  DEFINITIONS,
  planScenario,
  requestRun,
  type RunRequest,
  scenarioNamed,
  SettingError,
  setWord,
  hasRoom,
} from '@dragon/scenarios';
import { dragonCommand } from '../dragon-command.ts';
import { givenSeeds, type SeedList, seedRange } from '../many-runs/seed-list.ts';
import { askedRun } from '../run/requested-run.ts';
import type { SettingsOptions } from '../run/settings-options.ts';
import { planOption } from '../run/plan-option.ts';

/** The options as commander hands them over. */
export interface HuntedOptions extends Omit<SettingsOptions, 'latency' | 'keepGoing'> {
  readonly random?: true;
  readonly steer: boolean;
  /** Nanoseconds of the wall clock. */
  readonly for?: number;
}

/** Where only a time is given, there is a seed for every run. */
const MANY = 100_000_000;
/** A run with this many times the events of a plain one, and this many in any case, is not waited for. */
const LONGER = 10;
const LEAST_EVENTS = 60_000;
const DEFAULT_SEEDS = seedRange(1, 200);

export class ChaosRequest {
  readonly scenario: string;
  readonly manner: HuntManner;
  /** As in `1..200`; null: as many as there is time for. */
  readonly seeds: string | null;
  readonly count: number;
  readonly heading: string;
  /** Put into every run, as `--fault` reads them; the names of the rules of every run. */
  readonly faults: readonly string[];
  readonly rules: readonly string[];
  readonly table: ChartTable;
  readonly ground: Ground;
  /** Events after which a run is not waited for. */
  readonly mostEvents: number;
  /** A run of the hunt to which nothing was added. */
  readonly plain: RunRequest;
  readonly #asked: AskedRun;
  readonly #seeds: SeedList | undefined;

  /** Throws what is shown as bad usage. Makes one run, to learn by when what happens has happened. */
  constructor(scenario: string, options: HuntedOptions) {
    if (options.random === true && options.plan !== undefined)
      throw new SettingError('random', 'give this or --plan, not both: with a plan, its faults are those of every run');
    const { seed, seeds, steer, for: time, ...settings } = options;
    this.scenario = scenario;
    this.manner = steer ? 'steered' : 'random';
    this.#seeds =
      givenSeeds({ ...(seed && { seed }), ...(seeds && { seeds }) }) ??
      (time === undefined ? DEFAULT_SEEDS : undefined);
    this.seeds = this.#seeds?.text ?? null;
    this.count = this.#seeds?.seeds.length ?? MANY;
    this.#asked = askedRun(scenario, settings);
    this.plain = requestRun(this.#asked);
    const { faults = [], rules = [], cpus, until } = this.plain.settings;
    this.faults = faults.map(formatFault);
    this.rules = rules.map(({ name }) => name);
    const added = [...this.faults, ...this.rules.map((name) => `rule ${name}`)];
    const which = this.seeds === null ? 'a seed for each run' : `seeds ${this.seeds}`;
    this.heading = [
      [`${scenario}, profile ${this.plain.profile}`, ...added].join(', with '),
      `${[`${cpus} ${cpus === 1 ? 'CPU' : 'CPUs'}`, ...this.plain.set.map(setWord)].join(', ')}, ${which}, up to ${formatExactDuration(until)} each`,
    ].join('; ');
    const plan = this.plain.plan();
    const bare = { ...this.plain.settings, seed: 0, faults: [], rules: [] };
    this.table = new ChartTable(planScenario(scenarioNamed(scenario), bare), DEFINITIONS);
    // What a plan says is hunted for in seeds and schedules alone.
    const isPlanned = options.plan !== undefined;
    const times = timesOf(plan);
    // By then a plain run has done nearly all that it does.
    const horizon = Math.max(MILLISECOND, times[Math.floor(times.length * 0.95)] ?? 0);
    this.mostEvents = Math.max(LEAST_EVENTS, LONGER * times.length);
    const space = new FaultSpace(plan, horizon, (some) => !isPlanned && hasRoom(plan, some));
    this.ground = { plan, space, edges: this.table.edges.length };
  }

  /** Returns the seed of a place of the hunt. */
  seedAt(index: number): number {
    return this.#seeds === undefined ? index + 1 : (this.#seeds.seeds[index] ?? 0);
  }

  /** Returns the shell command of this hunt, without where its results go. */
  command(): string {
    const [, ...words] = this.plain.replayArguments.split(' ');
    const rest = words.toSpliced(words.indexOf('--seed'), 2);
    const seeds = this.seeds === null ? [] : ['--seeds', this.seeds];
    return dragonCommand(['chaos', ...rest, ...seeds, ...(this.manner === 'random' ? ['--no-steer'] : [])].join(' '));
  }

  /** Returns the run of an attempt. */
  run(attempt: Attempt): RunRequest {
    return requestRun({ ...this.#asked, seed: attempt.seed, ...this.additions(attempt) });
  }

  /** Returns all faults and rules of an attempt's run, those of every run first. */
  additions({ faults, rules }: Pick<Attempt, 'faults' | 'rules'>): {
    readonly faults: readonly Fault[];
    readonly rules: readonly Rule[];
  } {
    const { faults: common = [], rules: commonRules = [] } = this.plain.settings;
    return { faults: [...common, ...faults], rules: [...commonRules, ...rules] };
  }

  /** Returns the run of an attempt whose faults and rules stand in a file. */
  runOf(attempt: Attempt, path: string): RunRequest {
    return requestRun(planOption(path)({ ...this.#asked, seed: attempt.seed, faults: [] }));
  }
}

/** Returns the instants of all events of a run. */
function timesOf(plan: Plan): readonly VirtualTime[] {
  const times: VirtualTime[] = [];
  const { finders } = kernelFinders();
  runPlan(plan, DEFINITIONS, { finders, onRow: ({ at }) => times.push(at) });
  return times;
}
