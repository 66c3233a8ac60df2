/**
 * `dragon conform --simulate`: the statistics of a real trace beside those of our own run of the same workload, with
 * the costs that the trace shows.
 */
import type { Plan } from '@dragon/engine';
import { DEFAULT_PROFILE, profileNamed } from '@dragon/kernel';
import {
  Calibration,
  type ComparedStatistic,
  comparedText,
  compareStatistics,
  SimulatedTrace,
  StatisticsAccumulator,
  WorkloadFinder,
} from '@dragon/ftrace';
import { DEFAULT_SEED, latencyNames, planScenario, recordedScenario } from '@dragon/scenarios';
import { EXIT, foldLines, printable } from '@dragon/report';
import { type CommandContext, liveProgress } from '../command-context.ts';
import { OperationalError } from '../failure.ts';
import { jsonLine } from '../json/json-output.ts';
import { readKernelTrace } from './kernel-trace.ts';
import { onlySeed, type SeedList } from '../many-runs/seed-list.ts';
import { runHere } from '../run/run-here.ts';

export interface SimulateOptions {
  readonly json?: true;
  readonly seed?: SeedList;
  readonly seeds?: SeedList;
}

/** Returns the exit code; an OOM kill on one side only is a finding. */
export async function simulateTrace(path: string, options: SimulateOptions, context: CommandContext): Promise<number> {
  const { terminal } = context;
  const seed = onlySeed(options) ?? DEFAULT_SEED;
  const [calibration, finder, real] = [new Calibration(), new WorkloadFinder(), new StatisticsAccumulator()];
  await readKernelTrace(path, [calibration, finder, real], context);
  const scenario = recordedScenario(finder.result());
  if (scenario === undefined)
    throw new OperationalError(
      `${path}: its marks (tracing_mark_write) are of no workload that can be simulated: unlink-storm or pressure`,
    );
  const known = new Set(latencyNames());
  const delays = Object.entries(calibration.result().delays).filter(
    ([name]) => known.has(name) && !scenario.unfitted.includes(name),
  );
  const cpus = scenario.minCpus;
  const { policy, release } = profileNamed(DEFAULT_PROFILE);
  const plan = planScenario(scenario, {
    policy,
    release,
    cpus,
    seed,
    until: scenario.until,
    keepGoing: true,
    latency: Object.fromEntries(delays),
  });
  const ours = await statisticsOf(plan, context);
  const rows = compareStatistics(real.result(), ours.result());
  if (options.json) terminal.print(jsonLine('conform-simulate', { file: path, scenario: scenario.name, cpus, rows }));
  else {
    const { width } = terminal;
    const heading = `${printable(path)} beside ${scenario.name} on ${cpus} CPU${cpus === 1 ? '' : 's'}, seed ${plan.seed}, costs fitted to the trace: ${delays.map(([name]) => name).join(', ')}`;
    const lines = [
      ...foldLines([heading], width),
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
