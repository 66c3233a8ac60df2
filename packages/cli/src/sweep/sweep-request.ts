/** A sweep as it was asked for: which policies and seeds, and every run that this takes. */
import { DEFAULT_PROFILE, formatExactDuration, formatFault, formatPolicy } from '@dragon/kernel';
import { readRun, requestRun, type RunRequest, type SetParameter, SettingError, setWord } from '@dragon/scenarios';
import { type Candidate, type CandidateOptions, readCandidates } from '../many-runs/candidate.ts';
import { planOption } from '../run/plan-option.ts';
import { givenSeeds, type SeedList, seedRange } from '../many-runs/seed-list.ts';

/** The options as commander hands them over. */
export interface SweptOptions extends CandidateOptions {
  readonly seed?: SeedList;
  readonly seeds?: SeedList;
  readonly cpus?: string;
  readonly until?: string;
  readonly set?: readonly string[];
  readonly fault?: readonly string[];
  readonly plan?: string;
}

/** One run of a sweep. */
export interface SweepJob {
  /** As it was given. */
  readonly policy: string;
  readonly seed: number;
  readonly request: RunRequest;
}

const DEFAULT_SEEDS = seedRange(1, 100);

export class SweepRequest {
  readonly scenario: string;
  readonly policies: readonly string[];
  readonly seeds: string;
  /** How many runs there are. */
  readonly count: number;
  /** What is not as usual of the scenario, in every run. */
  readonly set: readonly SetParameter[];
  /** Put into every run, as `--fault` reads them. */
  readonly faults: readonly string[];
  /** The names of the rules of every run. */
  readonly rules: readonly string[];
  readonly heading: string;
  readonly #chosen: readonly Candidate[];
  readonly #seeds: readonly number[];
  readonly #options: SweptOptions;
  readonly #planned: ReturnType<typeof planOption>;

  /** Throws what is shown as bad usage. */
  constructor(scenario: string, options: SweptOptions) {
    this.#options = options;
    this.#planned = planOption(options.plan);
    const { seeds, text: seedsText } = givenSeeds(options) ?? DEFAULT_SEEDS;
    this.#seeds = seeds;
    this.#chosen = readCandidates(options, [options.profile ?? DEFAULT_PROFILE]);
    this.scenario = scenario;
    this.policies = this.#chosen.map(({ text }) => text);
    this.seeds = seedsText;
    this.count = seeds.length * this.policies.length;
    const { set, settings } = this.#refuseTwins();
    const { cpus, until, faults = [], rules = [] } = settings;
    this.set = set;
    this.faults = faults.map(formatFault);
    this.rules = rules.map(({ name }) => name);
    const added = [...this.faults, ...this.rules.map((name) => `rule ${name}`)];
    this.heading = [
      [`${scenario}, ${this.policies.join(' and ')}`, ...added].join(', with '),
      `${[`${cpus} ${cpus === 1 ? 'CPU' : 'CPUs'}`, ...set.map(setWord)].join(', ')}, seeds ${this.seeds}, up to ${formatExactDuration(until)} each`,
    ].join('; ');
  }

  /** Yields every run, seed by seed, so that a sweep that was cut short has some of each policy. */
  *jobs(): Generator<SweepJob> {
    for (const seed of this.#seeds) for (const choice of this.#chosen) yield this.#job(choice, seed);
  }

  #job({ text, profile, policy }: Candidate, seed: number): SweepJob {
    const { cpus, until, set, fault: faults } = this.#options;
    const asked = this.#planned(readRun({ scenario: this.scenario, profile, policy, cpus, until, set, faults }));
    return { policy: text, seed, request: requestRun({ ...asked, seed }) };
  }

  #refuseTwins(): RunRequest {
    const seen = new Map<string, string>();
    const [first, ...rest] = this.#chosen.map((choice) => {
      const request = this.#job(choice, this.#seeds[0] ?? 0).request;
      const { settings } = request;
      // Threads say what is wrong with a plan in no words for a user.
      if ((settings.faults ?? settings.rules ?? settings.set) !== undefined) request.plan();
      const key = `${choice.profile} ${formatPolicy(settings.policy)}`;
      const twin = seen.get(key);
      if (twin !== undefined) throw new SettingError('candidate', `'${twin}' and '${choice.text}' are the same`);
      seen.set(key, choice.text);
      return request;
    });
    if (first === undefined) throw new Error(`no policy among ${rest.length}`);
    return first;
  }
}
