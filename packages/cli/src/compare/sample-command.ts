/** `dragon compare --sample`: a map of where in a space of parameters each policy fails. */
import {
  mapSample,
  sampleCsv,
  sampleHtml,
  sampleJson,
  sampleLines,
  type SampleMap,
  type RunMeasures,
} from '@dragon/compare';
import { EXIT } from '@dragon/report';
import { bundledPrograms } from '../bundle/bundled-programs.ts';
import type { CommandContext } from '../command-context.ts';
import { jsonLine } from '../json/json-output.ts';
import { expectCrewOptions } from '../many-runs/crew.ts';
import { PROGRAM_VERSION } from '../program-version.ts';
import { expectWritable, writeWholeFile } from '../whole-file.ts';
import { type CompareOptions, makeMissing } from './compare-command.ts';
import { CompareState } from './compare-state.ts';
import { type SampleJob, type SampleOptions, SampleRequest } from './sample-request.ts';

/** A minute or so: a run that goes on is cut there, and says so, as others wait behind it. */
const MOST_EVENTS = 50_000_000;

/** Returns the exit code: whatever the runs find is what they were asked for. */
export async function sampleCommand(
  scenario: string,
  options: CompareOptions & SampleOptions,
  context: CommandContext,
): Promise<number> {
  const request = new SampleRequest(scenario, options);
  const { terminal } = context;
  expectCrewOptions(options, context.env);
  for (const path of [options.report, options.csv]) if (path !== undefined) expectWritable(path);
  const program = (await bundledPrograms())('run-worker');
  const state = new CompareState(options.state, { scenario, untilNs: request.compared.until, model: program.version });
  const jobs = request.jobs();
  const noRoom = request.withoutRoom(jobs);
  const made = jobs.filter(({ point }) => !noRoom.has(point));
  const cut = await makeMissing(made, { state, program, options, context, mostEvents: MOST_EVENTS });
  const map = mapOf(
    request,
    jobs,
    (job) => (noRoom.has(job.point) ? undefined : (cut.get(job.key) ?? state.get(job.key))),
    cut,
  );
  const version = `${PROGRAM_VERSION}, model ${program.version}`;
  if (options.report !== undefined)
    writeWholeFile(options.report, sampleHtml(map, { command: request.command(), version }));
  if (options.csv !== undefined) writeWholeFile(options.csv, sampleCsv(map));
  if (options.json) terminal.print(jsonLine('compare-sample', sampleJson(map)));
  else terminal.print(`${textOf(map, options, terminal.width).join('\n')}\n`);
  return EXIT.ok;
}

/** Every run is looked up by its name, so that the order in which they were made is nowhere in the result. */
function mapOf(
  request: SampleRequest,
  jobs: readonly SampleJob[],
  measuresOf: (job: SampleJob) => RunMeasures | undefined,
  cut: ReadonlyMap<string, RunMeasures>,
): SampleMap {
  const { compared, points, ranges } = request;
  const { scenario, policies, seeds, seedsText, until } = compared;
  const cells = Array.from({ length: jobs.length / seeds.length }, (_, i) => {
    const own = jobs.slice(i * seeds.length, (i + 1) * seeds.length);
    const runs = own.map((job) => {
      const measures = measuresOf(job) ?? null;
      const ended = measures === null ? 'no-room' : cut.has(job.key) ? 'cut' : 'ran';
      return { seed: job.seed, ended, measures } as const;
    });
    return { point: own[0]?.point ?? 0, policy: own[0]?.policy ?? '', runs };
  });
  return mapSample({ scenario, seeds: seedsText, until, mostEvents: MOST_EVENTS, policies, ranges, points, cells });
}

function textOf(map: SampleMap, { report, csv }: CompareOptions, width: number): string[] {
  return [
    ...sampleLines(map, width),
    ...(report === undefined && csv === undefined ? [] : ['']),
    ...(report === undefined ? [] : [`Report: ${report}`]),
    ...(csv === undefined ? [] : [`CSV: ${csv}`]),
  ];
}
