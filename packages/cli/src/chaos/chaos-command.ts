/** `dragon chaos`: a hunt for what a scenario can come to, with faults and schedules that nobody chose. */
import { availableParallelism } from 'node:os';
import { planDigest } from '@dragon/engine';
import { type HuntedRun, huntHtml, HuntTally, MOST_UNDER_WAY } from '@dragon/hunt';
import { EXIT, wrap } from '@dragon/report';
import { bundledPrograms } from '../bundle/bundled-programs.ts';
import type { CommandContext } from '../command-context.ts';
import { dragonCommand } from '../dragon-command.ts';
import { jsonLine } from '../json/json-output.ts';
import { expectCrewOptions, openCrew } from '../many-runs/crew.ts';
import { makeRuns } from '../many-runs/run-pool.ts';
import type { NatsOptions } from '../nats-url.ts';
import { blamed } from '../run/blamed.ts';
import { counted } from '../run/run-output.ts';
import { PROGRAM_VERSION } from '../program-version.ts';
import { expectWritable, writeWholeFile } from '../whole-file.ts';
import { chaosFindings } from './chaos-finding.ts';
import { type ChaosJob, ChaosJobs } from './chaos-jobs.ts';
import { chaosJson, chaosText } from './chaos-output.ts';
import { ChaosProgress } from './chaos-progress.ts';
import { ChaosRequest, type HuntedOptions } from './chaos-request.ts';
import { ChaosState } from './chaos-state.ts';

/** The options as commander hands them over. */
export interface ChaosOptions extends HuntedOptions, NatsOptions {
  readonly jobs?: number;
  readonly state?: string;
  readonly report?: string;
  readonly json?: true;
}

/** Returns the exit code: a finding if any run has one. What a Ctrl-C cut short is summed up before this rejects. */
export async function chaosCommand(scenario: string, options: ChaosOptions, context: CommandContext): Promise<number> {
  const { terminal, signal, env } = context;
  const request = new ChaosRequest(scenario, options);
  expectCrewOptions(options, env);
  if (options.report !== undefined) expectWritable(options.report);
  if (!options.json) terminal.print(`${wrap(request.heading, terminal.width).join('\n')}\n\n`);
  const program = (await bundledPrograms())('run-worker');
  const workers = Math.min(options.jobs ?? availableParallelism(), request.count, MOST_UNDER_WAY);
  const state = new ChaosState(options.state, {
    scenario,
    planDigest: planDigest(request.ground.plan),
    hunt: { manner: request.manner, first: request.seedAt(0), ...(request.seeds !== null && { seeds: request.seeds }) },
    model: program.version,
  });
  const tally = new HuntTally(request.table);
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1_000;
  const limit = options.for === undefined ? Number.POSITIVE_INFINITY : options.for / 1e9;
  let kept = 0;
  const jobs = new ChaosJobs(request, {
    kept: (index) => state.get(String(index)),
    onKept: ({ index }, run) => {
      tally.add(index, run);
      kept += 1;
    },
    isOver: () => seconds() >= limit,
  });
  jobs.isReady();
  if (state.damaged > 0)
    terminal.note(`dragon: ${counted(state.damaged, 'damaged line', 'damaged lines')} in ${state.path} passed over`);
  if (kept > 0) terminal.note(`dragon: ${counted(kept, 'run is', 'runs are')} done already (${state.path})`);
  const progress = new ChaosProgress(
    terminal,
    tally,
    { runs: request.count, seconds: limit },
    process.stderr.isTTY && env['TERM'] !== 'dumb',
  );
  const tell = () => {
    const findings = chaosFindings(request, tally, (index) => jobs.attempt(index), state.path);
    const output = { request, tally, findings, seconds: seconds(), workers, kept };
    if (options.report !== undefined)
      writeWholeFile(
        options.report,
        huntHtml(request.table, tally, findings, {
          heading: request.heading,
          scenario,
          command: request.command(),
          version: `${PROGRAM_VERSION}, model ${program.version}`,
        }),
      );
    if (options.json) terminal.print(jsonLine('chaos', chaosJson(output)));
    else terminal.print(`${chaosText(output, terminal.width).join('\n')}\n`);
  };
  const crew = await openCrew(options, context);
  let failed: ChaosJob | undefined;
  try {
    await makeRuns<'hunted', ChaosJob>(jobs, request.count - kept, {
      program,
      workers,
      signal,
      crew,
      asked: 'hunted',
      mostEvents: request.mostEvents,
      mayDraw: () => jobs.isReady(),
      onAnswer: ({ attempt }, run: HuntedRun) => {
        state.add(String(attempt.index), run);
        jobs.add(attempt, run);
        tally.add(attempt.index, run);
        progress.show();
      },
      onFailure: (job) => {
        failed = job;
        context.replay = dragonCommand(job.request.replayArguments);
      },
    });
  } catch (cause) {
    const error = failed === undefined ? cause : blamed(failed.request.plan(), cause);
    if (signal.aborted) {
      terminal.still();
      if (options.json || tally.runs > 0) tell();
      terminal.note(
        `dragon: ${counted(tally.runs, 'run is', 'runs are')} kept in ${state.path}; the same command goes on from there`,
      );
    }
    throw error;
  } finally {
    terminal.still();
  }
  tell();
  return tally.found === 0 ? EXIT.ok : EXIT.finding;
}
