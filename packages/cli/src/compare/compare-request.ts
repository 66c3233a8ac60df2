/** A comparison as it was asked for: which policies, CPUs and seeds, and every run that this takes. */
import type { VirtualTime } from '@dragon/engine';
import { formatExactDuration, formatFault, formatPolicy, readFault, shellWord } from '@dragon/kernel';
import type { Scaled } from '@dragon/compare';
import {
  DEFAULT_CPUS,
  DEFAULT_UNTIL,
  knownHalfCure,
  readRun,
  requestRun,
  type RunRequest,
  type SetParameter,
  SettingError,
  setWord,
  type SetValues,
} from '@dragon/scenarios';
import { dragonCommand } from '../dragon-command.ts';
import { type Candidate, type CandidateOptions, readCandidates } from '../many-runs/candidate.ts';
import { planOption } from '../run/plan-option.ts';
import { givenSeeds, type SeedList, seedRange } from '../many-runs/seed-list.ts';

/** The options as commander hands them over. */
export interface ComparedOptions extends CandidateOptions {
  readonly seed?: SeedList;
  readonly seeds?: SeedList;
  readonly cpus?: readonly number[];
  readonly until?: VirtualTime;
  readonly set?: readonly string[];
  /** Put into every run: each candidate meets the same. */
  readonly fault?: readonly string[];
  readonly plan?: string;
  readonly sensitivity?: true;
  /** Asks for the halving and doubling alone. */
  readonly sensitivitySeeds?: number;
  /** Asks for the search for edges alone. */
  readonly edgeRuns?: number;
}

/** What a run has that the others do not. */
export interface RunChange {
  readonly scaled?: Scaled;
  /** As `--set` reads them; each stands for what was set of its key before. */
  readonly set?: readonly string[];
}

/** One run of a comparison. */
export interface CompareJob {
  /** Names the run among all of the same scenario, length and program. */
  readonly key: string;
  readonly request: RunRequest;
}

/** The question of December 2022. */
const DEFAULT_POLICIES = ['throttle=always', 'throttle=skip-kswapd'];
const DEFAULT_SEEDS = seedRange(1, 20);
const SENSITIVITY_SEEDS = 10;
const FACTORS = [0.5, 2];
/** With three there is a majority, and few of a search's runs are for what is clear. */
const EDGE_SEEDS = 3;
const EDGE_RUNS = 600;

export class CompareRequest {
  readonly scenario: string;
  readonly policies: readonly string[];
  /** Whether nobody said which policies. */
  readonly isDefault: boolean;
  readonly cpus: readonly number[];
  readonly seeds: readonly number[];
  readonly seedsText: string;
  readonly until: VirtualTime;
  /** What is not as usual of the scenario, in every run. */
  readonly set: readonly SetParameter[];
  /** As `--fault` reads them. */
  readonly faults: readonly string[];
  /** Their names. */
  readonly rules: readonly string[];
  readonly sensitivitySeeds: readonly number[];
  readonly scaled: readonly Scaled[];
  /** Runs that the search for edges may take; 0: there is none. */
  readonly edgeRuns: number;
  readonly edgeSeeds: readonly number[];
  readonly #chosen: ReadonlyMap<string, Candidate>;
  readonly #planned: ReturnType<typeof planOption>;
  readonly #asked: readonly string[] | undefined;
  readonly #set: readonly string[];
  readonly #plan: string | undefined;
  /** Names the rules among the runs of a scenario. */
  readonly #rules: string;

  /** Throws what is shown as bad usage. `estimated` are the constants to vary. */
  constructor(scenario: string, options: ComparedOptions, estimated: readonly string[]) {
    const { seeds, text: seedsText } = givenSeeds(options) ?? DEFAULT_SEEDS;
    this.scenario = scenario;
    this.isDefault = options.candidate === undefined;
    const chosen = readCandidates(options, DEFAULT_POLICIES);
    this.policies = chosen.map(({ text }) => text);
    this.#chosen = new Map(chosen.map((each) => [each.text, each]));
    this.cpus = options.cpus ?? [DEFAULT_CPUS];
    this.seeds = seeds;
    this.seedsText = seedsText;
    this.until = options.until ?? DEFAULT_UNTIL;
    this.#asked = options.fault;
    this.#set = options.set ?? [];
    this.#plan = options.plan;
    this.#planned = planOption(options.plan);
    const { faults = [], rules = [] } = this.#planned(readRun({ scenario, faults: options.fault }));
    this.faults = faults.map(formatFault);
    this.rules = rules.map(({ name }) => name);
    this.#rules = rules.length === 0 ? '' : ` ${JSON.stringify(rules)}`;
    const few = options.sensitivitySeeds ?? Math.min(SENSITIVITY_SEEDS, this.seeds.length);
    if (few > this.seeds.length)
      throw new SettingError('sensitivity-seeds', `there are no more than ${this.seeds.length} seeds`);
    this.edgeRuns = options.edgeRuns ?? (options.sensitivity === true ? EDGE_RUNS : 0);
    this.edgeSeeds = this.seeds.slice(0, EDGE_SEEDS);
    const isAsked = options.sensitivity === true || options.sensitivitySeeds !== undefined;
    const isVaried = isAsked && this.policies.length > 1;
    this.sensitivitySeeds = isVaried ? this.seeds.slice(0, few) : [];
    this.scaled = isVaried ? estimated.flatMap((constant) => FACTORS.map((factor) => ({ constant, factor }))) : [];
    this.set = this.#expectRuns().set;
  }

  /** Returns the run of a policy of `policies`. */
  job(policy: string, cpus: number, seed: number, { scaled, set: others = [] }: RunChange = {}): CompareJob {
    const chosen = this.#chosen.get(policy);
    if (chosen === undefined) throw new Error(`no candidate ${policy}`);
    const { profile, policy: changes } = chosen;
    // Until the end of the virtual time, whatever is found: every run is measured over the same span.
    const request = requestRun({
      ...this.#planned(
        readRun({
          scenario: this.scenario,
          profile,
          policy: changes,
          cpus: String(cpus),
          set: [...this.#set.filter((word) => !others.some((other) => keyOf(other) === keyOf(word))), ...others],
          faults: this.#asked,
        }),
      ),
      seed,
      until: this.until,
      keepGoing: true,
      ...(scaled === undefined ? {} : { scaled }),
    });
    const how = scaled === undefined ? '' : ` ${scaled.constant} x ${scaled.factor}`;
    const faults = this.faults.map((fault) => ` ${JSON.stringify(fault)}`).join('');
    const set = request.set.map((each) => ` ${setWord(each)}`).join('');
    const key = `${profile} ${formatPolicy(request.settings.policy)} cpus ${cpus}${set} seed ${seed}${how}${faults}${this.#rules}`;
    return { key, request };
  }

  /**
   * Returns every run: seed by seed, so that a comparison that was cut short has some of each; those of the sensitivity
   * last.
   */
  jobs(): CompareJob[] {
    const { seeds, cpus, policies, scaled, sensitivitySeeds } = this;
    const each = (some: readonly number[], change?: RunChange) =>
      some.flatMap((seed) => cpus.flatMap((count) => policies.map((policy) => this.job(policy, count, seed, change))));
    return [...each(seeds), ...scaled.flatMap((how) => each(sensitivitySeeds, { scaled: how }))];
  }

  /** Returns the shell command of this comparison, without where its results go. */
  command(): string {
    const words = [
      ...this.policies.flatMap((text) => ['--candidate', shellWord(text)]),
      '--seeds',
      this.seedsText,
      '--cpus',
      this.cpus.join(','),
      ...(this.until === DEFAULT_UNTIL ? [] : ['--until', formatExactDuration(this.until)]),
      ...this.set.flatMap((each) => ['--set', setWord(each)]),
      ...(this.#plan === undefined ? [] : ['--plan', shellWord(this.#plan)]),
      ...(this.#asked ?? []).flatMap((fault) => ['--fault', shellWord(formatFault(readFault(fault)))]),
      ...(this.scaled.length > 0 ? ['--sensitivity-seeds', String(this.sensitivitySeeds.length)] : []),
      ...(this.edgeRuns > 0 ? ['--edge-runs', String(this.edgeRuns)] : []),
    ];
    return dragonCommand(`compare ${this.scenario} ${words.join(' ')}`);
  }

  /** What was set, by key. */
  get setValues(): SetValues {
    return Object.fromEntries(this.set.map(({ key, value }) => [key, value]));
  }

  /** Returns the policy and where it is known to fail; nothing if it is nowhere. */
  halfCure(policy: string): (readonly [policy: string, known: string])[] {
    const known = knownHalfCure(this.job(policy, this.cpus[0] ?? DEFAULT_CPUS, 0).request.settings.policy);
    return known === undefined ? [] : [[policy, known]];
  }

  /** Returns the command that makes one run again. */
  replay(policy: string, cpus: number, seed: number): string {
    return dragonCommand(this.job(policy, cpus, seed).request.replayArguments);
  }

  /**
   * Returns one of the runs. Throws unless every policy makes a run with every number of CPUs, and no two policies make
   * the same.
   */
  #expectRuns(): RunRequest {
    const seen = new Map<string, string>();
    let first: RunRequest | undefined;
    for (const cpus of this.cpus)
      for (const text of this.policies) {
        const { key, request } = this.job(text, cpus, 0);
        // Threads say what is wrong with a plan in no words for a user.
        if (this.faults.length + this.rules.length + this.#set.length > 0) request.plan();
        const twin = seen.get(key);
        if (twin !== undefined) throw new SettingError('candidate', `'${twin}' and '${text}' are the same`);
        seen.set(key, text);
        first ??= request;
      }
    if (first === undefined) throw new Error('a comparison has a policy and a number of CPUs');
    return first;
  }
}

const keyOf = (word: string) => word.split('=', 1)[0]?.trim();
