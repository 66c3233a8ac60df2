/** `dragon sweep`: the same scenario with many seeds, how each run ends, and what they find. */
import { availableParallelism } from 'node:os';
import { EXIT } from '@dragon/report';
import { bundledPrograms } from '../bundle/bundled-programs.ts';
import type { CommandContext } from '../command-context.ts';
import { jsonLine } from '../json/json-output.ts';
import { dragonCommand } from '../dragon-command.ts';
import { expectCrewOptions, openCrew } from '../many-runs/crew.ts';
import { InOrder } from '../many-runs/in-order.ts';
import { makeRuns } from '../many-runs/run-pool.ts';
import { RunsProgress } from '../many-runs/runs-progress.ts';
import type { RunVerdict } from '../many-runs/run-verdict.ts';
import type { NatsOptions } from '../nats-url.ts';
import { blamed } from '../run/blamed.ts';
import { sweepHeading, sweepJson, sweepText } from './sweep-output.ts';
import { type SweepJob, SweepRequest, type SweptOptions } from './sweep-request.ts';
import { SweepTally } from './sweep-tally.ts';

/** The options as commander hands them over. */
export interface SweepOptions extends SweptOptions, NatsOptions {
  readonly jobs?: number;
  readonly json?: true;
}

/**
 * Returns the exit code: that of `dragon run`, a finding if any run has one. What a Ctrl-C cut short is summed up as
 * far as it came, in order, before this rejects.
 */
export async function sweepCommand(scenario: string, options: SweepOptions, context: CommandContext): Promise<number> {
  const { terminal, signal, env } = context;
  const request = new SweepRequest(scenario, options);
  expectCrewOptions(options, env);
  if (!options.json) terminal.print(`${sweepHeading(request, terminal.width).join('\n')}\n\n`);
  const program = (await bundledPrograms())('run-worker');
  const workers = Math.min(options.jobs ?? availableParallelism(), request.count);
  const crew = await openCrew(options, context);
  const tally = new SweepTally();
  const inOrder = new InOrder<readonly [SweepJob, RunVerdict]>(([job, verdict]) => tally.add(job, verdict));
  const progress = new RunsProgress(terminal, request.count, 0, process.stderr.isTTY && env['TERM'] !== 'dumb');
  const started = performance.now();
  let failed: SweepJob | undefined;
  const tell = () => {
    const pace = { seconds: (performance.now() - started) / 1_000, workers };
    if (options.json) terminal.print(jsonLine('sweep', sweepJson(request, tally, pace)));
    else terminal.print(`${sweepText(request, tally, pace, terminal.width).join('\n')}\n`);
  };
  try {
    await makeRuns(request.jobs(), request.count, {
      program,
      workers,
      signal,
      crew,
      asked: 'verdict',
      onAnswer: (job, verdict, index) => {
        inOrder.add(index, [job, verdict]);
        progress.step();
      },
      onFailure: (job) => {
        failed = job;
        context.replay = dragonCommand(job.request.replayArguments);
      },
    });
  } catch (cause) {
    const error = failed === undefined ? cause : blamed(failed.request.plan(), cause);
    if (signal.aborted) {
      if (options.json || tally.runs.length > 0) tell();
      terminal.note(`dragon: ${tally.runs.length} of ${request.count} runs were made`);
    }
    throw error;
  } finally {
    terminal.still();
  }
  tell();
  return tally.runs.every(({ outcome }) => outcome === 'completed') ? EXIT.ok : EXIT.finding;
}
