/**
 * `dragon conform --simulate`: the statistics of a real trace beside those of our own run of the same workload, with
 * the costs that the trace shows.
 */
import type { Latency, Plan } from '@dragon/engine';
import { DEFAULT_PROFILE, type Profile, profileNamed } from '@dragon/kernel';
import {
  Calibration,
  type ComparedStatistic,
  comparedText,
  compareStatistics,
  SimulatedTrace,
  StatisticsAccumulator,
  WorkloadFinder,
} from '@dragon/ftrace';
import {
  DEFAULT_SEED,
  inferredWorkload,
  latencyNames,
  planScenario,
  ScenarioError,
  settingRead,
  type WorkloadScenario,
  workloadScenario,
} from '@dragon/scenarios';
import { EXIT, foldLines, printable } from '@dragon/report';
import { type CommandContext, liveProgress } from '../command-context.ts';
import { OperationalError } from '../failure.ts';
import { jsonLine } from '../json/json-output.ts';
import { noteGaps, readKernelTrace } from './kernel-trace.ts';
import { onlySeed, type SeedList } from '../many-runs/seed-list.ts';
import { runHere } from '../run/run-here.ts';
import { expectWritable } from '../whole-file.ts';
import { readWorkload, writeWorkload } from './workload-file.ts';
import { doubtsText, workloadText } from './workload-text.ts';

export interface SimulateOptions {
  readonly json?: true;
  readonly seed?: SeedList;
  readonly seeds?: SeedList;
  /** The kernel that is simulated. */
  readonly profile?: string;
  /** A file to take the workload from, and one to write it to. */
  readonly workload?: string;
  readonly writeWorkload?: string;
}

/** Returns the exit code; an OOM kill on one side only is a finding. */
export async function simulateTrace(path: string, options: SimulateOptions, context: CommandContext): Promise<number> {
  const { terminal } = context;
  const seed = onlySeed(options) ?? DEFAULT_SEED;
  const profile = settingRead('profile', () => profileNamed(options.profile ?? DEFAULT_PROFILE));
  const given = options.workload === undefined ? undefined : readWorkload(options.workload);
  if (options.writeWorkload !== undefined) expectWritable(options.writeWorkload);
  const [calibration, finder, real] = [new Calibration(), new WorkloadFinder(), new StatisticsAccumulator()];
  noteGaps(path, await readKernelTrace(path, [calibration, finder, real], context), context);
  const inferred = inferredWorkload(finder.result());
  const workload = given ?? inferred.workload;
  const doubts = given === undefined ? inferred.doubts : [];
  if (workload.tasks.length === 0)
    throw new OperationalError(
      `${path}: its events tell of no workload: nobody removes files or wants memory: name one with --workload FILE`,
    );
  if (options.writeWorkload !== undefined) writeWorkload(options.writeWorkload, workload);
  const scenario = workloadScenario(workload);
  const known = new Set(latencyNames());
  const delays = Object.entries(calibration.result().delays).filter(
    ([name]) => known.has(name) && (inferred.cycle !== undefined || !OF_UNLINKING.has(name)),
  );
  const cpus = scenario.minCpus;
  const plan = planOf(scenario, profile, seed, Object.fromEntries(delays), options.workload ?? path);
  const ours = await statisticsOf(plan, context);
  const rows = compareStatistics(real.result(), ours.result());
  if (options.json)
    terminal.print(
      jsonLine('conform-simulate', {
        file: path,
        scenario: scenario.name,
        profile: profile.name,
        cpus,
        workload,
        doubts,
        rows,
      }),
    );
  else {
    const { width } = terminal;
    const from = options.workload === undefined ? 'its workload' : `the workload of ${printable(options.workload)}`;
    const heading = `${printable(path)} beside a run of ${from}, profile ${profile.name}, seed ${plan.seed}, costs fitted to the trace: ${delays.map(([name]) => name).join(', ')}`;
    const lines = [
      ...foldLines([heading], width),
      '',
      ...foldLines(workloadText(workload, width), width),
      ...foldLines(doubtsText(doubts), width),
      '',
      ...comparedText(rows, width),
      '',
      ...foldLines([oomText(rows)], width),
    ];
    terminal.print(`${lines.join('\n')}\n`);
  }
  const [kills, killsHere] = killsOf(rows);
  return kills > 0 === killsHere > 0 ? EXIT.ok : EXIT.finding;
}

/** Delays that cannot be read off a trace in which nobody only unlinks. */
const OF_UNLINKING: ReadonlySet<string> = new Set(['unlink', 'betweenFiles']);

/** `from`: the file that the workload is of. */
function planOf(
  scenario: WorkloadScenario,
  { policy, release }: Profile,
  seed: number,
  latency: { readonly [name: string]: Latency },
  from: string,
): Plan {
  try {
    const { minCpus: cpus, until } = scenario;
    return planScenario(scenario, { policy, release, cpus, seed, until, keepGoing: true, latency });
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    throw new OperationalError(printable(`${from}: its workload cannot be run: ${error.message}`));
  }
}

async function statisticsOf(plan: Plan, { terminal, signal }: CommandContext): Promise<StatisticsAccumulator> {
  const statistics = new StatisticsAccumulator();
  const trace = new SimulatedTrace(plan, [statistics]);
  try {
    await runHere(plan, {
      signal,
      onTrace: trace.hit,
      onProgress: liveProgress(terminal, plan.until, 'simulating '),
    });
  } finally {
    terminal.still();
  }
  return statistics;
}

function killsOf(rows: readonly ComparedStatistic[]): readonly [real: number, simulated: number] {
  const row = rows.find(({ name }) => name === 'OOM kills');
  return [row?.real ?? 0, row?.simulated ?? 0];
}

function oomText(rows: readonly ComparedStatistic[]): string {
  const [real, ours] = killsOf(rows);
  if (real === 0 && ours === 0) return 'Neither the kernel nor the simulator killed a task for want of memory.';
  if (real > 0 && ours > 0) return 'Both the kernel and the simulator killed a task for want of memory.';
  return real > 0
    ? 'The kernel killed a task for want of memory; the simulator did not.'
    : 'The simulator killed a task for want of memory; the kernel did not.';
}
