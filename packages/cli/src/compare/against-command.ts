/**
 * `dragon compare SCENARIO --against FILE`: boots of a real kernel beside simulated runs, each with the settings of a
 * boot. As many runs a cell as there are seeds; its boots' settings take turns.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import {
  type Boot,
  bootLines,
  type BootRun,
  bootRun,
  BootsError,
  type BootTwin,
  cellOf,
  compareBoots,
  readBoots,
} from '@dragon/compare';
import { policyParts } from '@dragon/kernel';
import { EXIT, printable, unreadableFile, wrap } from '@dragon/report';
import { readRun, requestRun, type RunRequest, scenarioNamed, SettingError, settingRead } from '@dragon/scenarios';
import type { CommandContext } from '../command-context.ts';
import { bundledPrograms } from '../bundle/bundled-programs.ts';
import { dragonCommand } from '../dragon-command.ts';
import { OperationalError, UsageError } from '../failure.ts';
import { jsonLine } from '../json/json-output.ts';
import { expectCrewOptions, openCrew } from '../many-runs/crew.ts';
import { makeRuns } from '../many-runs/run-pool.ts';
import { RunsProgress } from '../many-runs/runs-progress.ts';
import { givenSeeds, seedRange } from '../many-runs/seed-list.ts';
import type { NatsOptions } from '../nats-url.ts';
import { counted } from '../run/run-output.ts';
import type { SampleOptions } from './sample-request.ts';

const USUAL_SEEDS = seedRange(1, 16);

/** What decides which runs are made stands in the file. */
const NOT_WITH = [
  ['candidate', 'candidate'],
  ['cpus', 'cpus'],
  ['until', 'until'],
  ['fault', 'fault'],
  ['plan', 'plan'],
  ['report', 'report'],
  ['csv', 'csv'],
  ['state', 'state'],
  ['sensitivity', 'sensitivity'],
  ['sensitivitySeeds', 'sensitivity-seeds'],
  ['edgeRuns', 'edge-runs'],
  ['sample', 'sample'],
  ['range', 'range'],
] as const;

/** The options as commander hands them over. */
export interface AgainstOptions extends SampleOptions, NatsOptions {
  /** A table of real boots, to be set beside the runs. */
  readonly against?: string;
  readonly json?: true;
  readonly jobs?: number;
  readonly report?: string;
  readonly csv?: string;
  readonly state?: string;
}

interface TwinJob {
  readonly request: RunRequest;
  readonly boot: Boot;
  readonly run: BootRun;
}

/** Returns the exit code: that a cell disagrees is a finding. */
export async function compareAgainst(
  scenario: string,
  options: AgainstOptions,
  context: CommandContext,
): Promise<number> {
  const { against = '' } = options;
  for (const [key, word] of NOT_WITH)
    if (options[key] !== undefined) throw new UsageError(`--${word} does not go with --against`);
  expectCrewOptions(options, context.env);
  const { seeds, text: seedsText } = givenSeeds(options) ?? USUAL_SEEDS;
  settingRead('scenario', () => scenarioNamed(scenario));
  // What the user set is looked at by itself, so that of the rest the file is to blame.
  const { profile, policy = [], set } = options;
  if (policyParts(policy.join(',')).some((part) => part.startsWith('throttle=')))
    throw new SettingError('policy', 'throttle is what each boot says of it');
  requestRun(readRun({ scenario, profile, policy: policy.join(','), set }));
  const all = readingBoots(against, () => bootsOf(against).map((boot) => ({ boot, run: bootRun(boot) })));
  if (all.length === 0) throw new OperationalError(`${printable(against)}: it has no boots`);
  const chosen = all.filter(({ run }) => run.scenario === scenario);
  if (chosen.length === 0) {
    const others = [...new Set(all.map(({ run }) => run.scenario))].join(', ');
    throw new OperationalError(
      `${printable(against)}: no boot is one of scenario ${scenario}${others === '' ? '' : `; there are some of ${others}`}`,
    );
  }
  const jobs = jobsOf(chosen, seeds, options);
  const twins = await twinsOf(jobs, options, context);
  const boots = chosen.map(({ boot }) => boot);
  const cells = compareBoots(boots, twins);
  const { terminal } = context;
  if (options.json) {
    const plain = cells.map(({ real, simulated, ...cell }) => ({ ...cell, real, simulated }));
    terminal.print(
      jsonLine('compare-against', { scenario, file: against, seeds: seedsText, boots: boots.length, cells: plain }),
    );
  } else {
    const heading = `${scenario}: ${counted(boots.length, 'boot', 'boots')} of ${printable(against)} beside simulated ones with the same settings; seeds ${seedsText}`;
    const { width } = terminal;
    terminal.print(`${[...wrap(heading, width), '', ...bootLines(cells, width)].join('\n')}\n`);
  }
  return cells.some(({ disagrees }) => disagrees.length > 0) ? EXIT.finding : EXIT.ok;
}

function bootsOf(path: string): Boot[] {
  try {
    return readBoots(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof BootsError) throw error;
    throw new OperationalError(printable(unreadableFile(path, error)));
  }
}

/** What is wrong with the file is one line with its name. */
function readingBoots<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof BootsError) throw new OperationalError(`${printable(path)}: ${printable(error.message)}`);
    throw error;
  }
}

function jobsOf(
  chosen: readonly { readonly boot: Boot; readonly run: BootRun }[],
  seeds: readonly number[],
  { against = '', profile, policy = [], set = [] }: AgainstOptions,
): TwinJob[] {
  const cells = new Map<string, (typeof chosen)[number][]>();
  for (const each of chosen) cells.set(cellOf(each.boot), [...(cells.get(cellOf(each.boot)) ?? []), each]);
  return [...cells.values()].flatMap((members) =>
    seeds.flatMap((seed, turn) => {
      const member = members[turn % members.length];
      if (member === undefined) return [];
      const { boot, run } = member;
      const request = fitting(against, boot, () => {
        const asked = readRun({
          scenario: run.scenario,
          ...(profile === undefined ? {} : { profile }),
          policy: [run.policy, ...policy].join(','),
          cpus: String(run.cpus),
          set: [...withoutKeys(run.set, set), ...set],
        });
        const made = requestRun({ ...asked, seed, until: run.untilNs, keepGoing: false });
        // Once for each boot: threads say what is wrong with a plan in no words for a user.
        if (turn < members.length) made.plan();
        return made;
      });
      return [{ request, boot, run }];
    }),
  );
}

/** What does not fit of a boot is said of the file: what the user set was looked at before. */
function fitting<Result>(path: string, { boot }: Boot, make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    throw new OperationalError(`${printable(path)}: ${printable(boot)}: ${printable(error.message)}`);
  }
}

/** What somebody sets stands for what the boot had. */
const withoutKeys = (words: readonly string[], set: readonly string[]): string[] => {
  const keyOf = (word: string) => word.split('=', 1)[0];
  const keys = new Set(set.map(keyOf));
  return words.filter((word) => !keys.has(keyOf(word)));
};

async function twinsOf(
  jobs: readonly TwinJob[],
  options: AgainstOptions,
  context: CommandContext,
): Promise<BootTwin[]> {
  const { terminal, signal, env } = context;
  const { jobs: workers = availableParallelism() } = options;
  const twins: BootTwin[] = [];
  const progress = new RunsProgress(terminal, jobs.length, 0, process.stderr.isTTY && env['TERM'] !== 'dumb');
  try {
    await makeRuns(jobs, jobs.length, {
      program: (await bundledPrograms())('run-worker'),
      workers,
      signal,
      crew: await openCrew(options, context),
      asked: 'measures',
      onAnswer: ({ boot, run }, measures, index) => {
        twins[index] = { boot, run, measures };
        progress.step();
      },
      onFailure: (job) => {
        context.replay = dragonCommand(job.request.replayArguments);
      },
    });
  } finally {
    terminal.still();
  }
  return twins;
}
