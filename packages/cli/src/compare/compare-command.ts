/** `dragon compare`: the same scenario under several policies, many seeds each, and a verdict. */
import { availableParallelism } from 'node:os';
import { formatExactDuration } from '@dragon/kernel';
import {
  compareCsv,
  compareHtml,
  compareJson,
  compareRuns,
  compareTable,
  compareVerdict,
  headlineLines,
  type ComparedEdges,
  type Comparison,
  edgeLines,
  policyLabel,
  type RunMeasures,
  sensitivityLines,
  waitLines,
} from '@dragon/compare';
import { ESTIMATED_CONSTANTS, setWord } from '@dragon/scenarios';
import { EXIT, wrap } from '@dragon/report';
import { type CommandContext, timeSpan } from '../command-context.ts';
import { type BundledProgram, bundledPrograms } from '../bundle/bundled-programs.ts';
import { jsonLine } from '../json/json-output.ts';
import { dragonCommand } from '../dragon-command.ts';
import { expectCrewOptions, openCrew } from '../many-runs/crew.ts';
import { makeRuns } from '../many-runs/run-pool.ts';
import { RunsProgress } from '../many-runs/runs-progress.ts';
import type { AgainstOptions } from './against-command.ts';
import { findEdges } from './compare-edge-search.ts';
import { type CompareJob, CompareRequest } from './compare-request.ts';
import { CompareState } from './compare-state.ts';
import { PROGRAM_VERSION } from '../program-version.ts';
import { counted } from '../run/run-output.ts';
import { expectWritable, writeWholeFile } from '../whole-file.ts';

/** The options as commander hands them over. */
export type CompareOptions = AgainstOptions;

/** Returns the exit code: what the runs find is what they were asked for, and no error. */
export async function compareCommand(
  scenario: string,
  options: CompareOptions,
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  const request = new CompareRequest(scenario, options, ESTIMATED_CONSTANTS);
  expectCrewOptions(options, context.env);
  for (const path of [options.report, options.csv]) if (path !== undefined) expectWritable(path);
  if (!options.json) terminal.print(`${headingOf(request, terminal.width).join('\n')}\n\n`);
  const program = (await bundledPrograms())('run-worker');
  const state = new CompareState(options.state, {
    scenario,
    untilNs: request.until,
    model: program.version,
  });
  await makeMissing(request.jobs(), { state, program, options, context });
  const edges = await edgesOf(request, { state, program, options, context });

  const comparison = comparisonOf(request, state, edges);
  if (options.report !== undefined) writeWholeFile(options.report, reportOf(comparison, request, program));
  if (options.csv !== undefined) writeWholeFile(options.csv, compareCsv(comparison));
  if (options.json) terminal.print(jsonLine('compare', compareJson(comparison)));
  else terminal.print(`${textOf(comparison, options, terminal.width).join('\n')}\n`);
  return EXIT.ok;
}

/** What it takes to make runs. */
interface RunMaking {
  readonly state: CompareState;
  readonly program: BundledProgram;
  readonly options: CompareOptions;
  readonly context: CommandContext;
  /** Events after which a run is not waited for. */
  readonly mostEvents?: number;
}

/** Returns the edges, if they were asked for, and says what it took to find them. */
async function edgesOf(request: CompareRequest, making: RunMaking): Promise<ComparedEdges | null> {
  let made = 0;
  const before = process.cpuUsage();
  const edges = await findEdges(request, making.state, async (jobs) => {
    made += jobs.length;
    await makeMissing(jobs, making);
  });
  const { user, system } = process.cpuUsage(before);
  const { terminal } = making.context;
  if (made > 0)
    terminal.note(
      `dragon: ${counted(made, 'run', 'runs')} to find edges took ${timeSpan((user + system) / 1e6)} of CPU time here`,
    );
  return edges;
}

/** Makes the runs that are not kept, and keeps them; returns those that it did not wait for, by name. */
export async function makeMissing(
  jobs: readonly CompareJob[],
  { state, program, options, context, mostEvents = Number.MAX_SAFE_INTEGER }: RunMaking,
): Promise<ReadonlyMap<string, RunMeasures>> {
  const cut = new Map<string, RunMeasures>();
  const { terminal, signal, env } = context;
  const { jobs: workers = availableParallelism() } = options;
  const missing = jobs.filter(({ key }) => state.get(key) === undefined);
  const done = jobs.length - missing.length;
  if (state.damaged > 0)
    terminal.note(`dragon: ${counted(state.damaged, 'damaged line', 'damaged lines')} in ${state.path} passed over`);
  if (done > 0) terminal.note(`dragon: ${done} of ${jobs.length} runs are done already (${state.path})`);
  const crew = missing.length === 0 ? undefined : await openCrew(options, context);
  let made = 0;
  const progress = new RunsProgress(terminal, jobs.length, done, process.stderr.isTTY && env['TERM'] !== 'dumb');
  try {
    await makeRuns(missing, missing.length, {
      program,
      workers,
      signal,
      crew,
      asked: 'measures',
      mostEvents,
      onAnswer: (job, measures) => {
        // A comparison would take half a run for a whole one: it is not kept.
        if (measures.events >= mostEvents) cut.set(job.key, measures);
        else state.add(job.key, measures);
        made += 1;
        progress.step();
      },
      onFailure: (job) => {
        context.replay = dragonCommand(job.request.replayArguments);
      },
    });
  } finally {
    terminal.still();
    if (signal.aborted)
      terminal.note(
        `dragon: ${done + made} of ${jobs.length} runs are kept in ${state.path}; the same command goes on from there`,
      );
  }
  return cut;
}

/** Every run is looked up by its name, so that the order in which they were made is nowhere in the result. */
function comparisonOf(request: CompareRequest, state: CompareState, edges: ComparedEdges | null): Comparison {
  const { scenario, policies, cpus, seeds, seedsText, until, set, faults, scaled, sensitivitySeeds } = request;
  return compareRuns({
    scenario,
    seeds: seedsText,
    until,
    set,
    faults,
    policies,
    cpus,
    seedList: seeds,
    measuresOf: (policy, count, seed, how) => {
      const { key } = request.job(policy, count, seed, how && { scaled: how });
      const measures = state.get(key);
      if (measures === undefined) throw new Error(`the run ${key} is missing`);
      return measures;
    },
    halfCures: new Map(policies.flatMap((policy) => request.halfCure(policy))),
    sensitivity: scaled.length === 0 ? null : { seeds: sensitivitySeeds, scaled },
    edges,
  });
}

function headingOf(request: CompareRequest, width: number): string[] {
  const {
    scenario,
    policies,
    cpus,
    seeds,
    seedsText,
    until,
    set,
    faults,
    scaled,
    sensitivitySeeds,
    edgeRuns,
    isDefault,
  } = request;
  const cells = policies.length * cpus.length;
  const varied = cells * scaled.length * sensitivitySeeds.length;
  const count = cpus.length === 1 ? counted(cpus[0] ?? 0, 'CPU', 'CPUs') : `${cpus.join(', ')} CPUs`;
  const heading = [
    [`${scenario}, ${policies.map(policyLabel).join(' against ')}`, ...faults].join(', with '),
    `${[count, ...set.map(setWord)].join(', ')}, seeds ${seedsText}, up to ${formatExactDuration(until)} each`,
    `${counted(cells * seeds.length, 'run', 'runs')}${varied > 0 ? `, and ${varied} with estimated constants halved and doubled` : ''}${edgeRuns > 0 ? `, and at most ${edgeRuns} to find edges` : ''}`,
  ].join('; ');
  const assumed = isDefault ? ' No --candidate was given: these two are the question of December 2022.' : '';
  return wrap(heading + (isDefault ? '.' : '') + assumed, width);
}

function textOf(comparison: Comparison, { report, csv }: CompareOptions, width: number): string[] {
  const { sensitivity, edges } = comparison;
  const others = waitLines(comparison, width);
  return [
    ...headlineLines(comparison, width),
    '',
    ...wrap(compareVerdict(comparison), width),
    '',
    ...compareTable(comparison, width),
    ...(others.length === 0 ? [] : ['', ...others]),
    ...(sensitivity === null ? [] : ['', ...sensitivityLines(sensitivity, width)]),
    ...(edges === null ? [] : ['', ...edgeLines(edges, width)]),
    ...(report === undefined && csv === undefined ? [] : ['']),
    ...(report === undefined ? [] : [`Report: ${report}`]),
    ...(csv === undefined ? [] : [`CSV: ${csv}`]),
  ];
}

function reportOf(comparison: Comparison, request: CompareRequest, program: BundledProgram): string {
  return compareHtml(comparison, {
    replay: ({ policy, cpus }, seed) => request.replay(policy, cpus, seed),
    command: request.command(),
    version: `${PROGRAM_VERSION}, model ${program.version}`,
    estimated: ESTIMATED_CONSTANTS,
  });
}
