/** `dragon shrink`: the simplest run that finds what a run finds. */
import { availableParallelism } from 'node:os';
import { type FailingRun, foundIn, type FoundRun, Roles, Shrink } from '@dragon/hunt';
import { EXIT, outcomeOf, wrap } from '@dragon/report';
import { type AskedRun, requestRun, type RunRequest, type Scenario, scenarioNamed } from '@dragon/scenarios';
import { bundledPrograms } from '../bundle/bundled-programs.ts';
import type { CommandContext } from '../command-context.ts';
import { dragonCommand } from '../dragon-command.ts';
import { OperationalError } from '../failure.ts';
import { jsonLine } from '../json/json-output.ts';
import { makeRuns } from '../many-runs/run-pool.ts';
import { blamed } from '../run/blamed.ts';
import { askedRun } from '../run/requested-run.ts';
import { runHere } from '../run/run-here.ts';
import type { SettingsOptions } from '../run/settings-options.ts';
import { expectWritable } from '../whole-file.ts';
import { type ShrinkJob, ShrinkJobs } from './shrink-jobs.ts';
import { shrunkJson, shrunkText } from './shrink-output.ts';
import { ShrinkProgress } from './shrink-progress.ts';
import { shrunkRun } from './shrunk-run.ts';

/** The options as commander hands them over. */
export interface ShrinkOptions extends SettingsOptions {
  readonly output?: string;
  readonly jobs?: number;
  readonly json?: true;
}

/** A run with this many times the events of the first, and this many in any case, is not waited for. */
const LONGER = 4;
const LEAST_EVENTS = 60_000;

/**
 * Returns the exit code: a finding, as there always is one. What a Ctrl-C cut short is told as far as it has come
 * before this rejects.
 */
export async function shrinkCommand(
  scenario: string,
  options: ShrinkOptions,
  context: CommandContext,
): Promise<number> {
  const { terminal, signal } = context;
  const asked = askedRun(scenario, options);
  const request = requestRun(asked);
  context.replay = dragonCommand(request.replayArguments);
  if (options.output !== undefined) expectWritable(options.output);
  const plan = request.plan();
  if (!options.json) terminal.print(`${wrap(request.heading, terminal.width).join('\n')}\n\n`);
  const { graph, result } = await runHere(plan, { signal }).catch((error: unknown) => {
    throw blamed(plan, error);
  });
  const finding = foundIn(result, graph.deadlock, new Roles(plan));
  if (finding === null)
    throw new OperationalError(
      `this run finds nothing (${outcomeOf(result)}): dragon sweep and dragon chaos look for runs that do`,
    );
  const before = failingRun(request);
  const shrink = new Shrink({ run: before, at: finding.at }, boundsOf(scenarioNamed(scenario)));
  const started = performance.now();
  const workers = options.jobs ?? availableParallelism();
  const tell = async (): Promise<void> => {
    const shrunk = await shrunkRun(shrink.smallest, asked, finding.line, options.output);
    const { line } = finding;
    const output = { request, before, shrunk, shrink, line, workers, seconds: (performance.now() - started) / 1_000 };
    if (options.json) terminal.print(jsonLine('shrink', shrunkJson(output)));
    else terminal.print(`${shrunkText(output, terminal).join('\n')}\n`);
  };
  const progress = new ShrinkProgress(terminal, shrink);
  const jobs = new ShrinkJobs(shrink, (run) => requestRun(withRun(asked, run)));
  let failed: ShrinkJob | undefined;
  try {
    await makeRuns<'found', ShrinkJob>(jobs, workers, {
      program: (await bundledPrograms())('run-worker'),
      workers,
      signal,
      asked: 'found',
      mostEvents: Math.max(LEAST_EVENTS, LONGER * result.events),
      mayDraw: () => jobs.isReady(),
      onAnswer: ({ run }, answer: FoundRun) => {
        shrink.add(run, answer.finding?.line === finding.line ? answer.finding.at : null);
        progress.show();
      },
      onFailure: (job) => {
        failed = job;
        context.replay = dragonCommand(job.request.replayArguments);
      },
    });
  } catch (cause) {
    terminal.still();
    if (signal.aborted) {
      await tell();
      terminal.note('dragon: stopped before it was as simple as it can be; shrink the run again to go on');
    }
    throw failed === undefined ? cause : blamed(failed.request.plan(), cause);
  } finally {
    terminal.still();
  }
  await tell();
  return EXIT.finding;
}

function failingRun({ settings: { seed, cpus, until, set = {}, faults = [], rules = [] } }: RunRequest): FailingRun {
  return { seed, cpus, until, set, faults, rules };
}

/** Memory, instants and costs are no sizes: less of them is another story, not a simpler one. */
const boundsOf = ({ minCpus, parameters }: Scenario) => ({
  leastCpus: minCpus,
  sizes: (cpus: number) => (parameters?.(cpus) ?? []).filter(({ unit }) => unit === 'count'),
});

/** Faults and rules are then those of no file. */
const withRun = (asked: AskedRun, run: FailingRun): AskedRun => ({ ...asked, planFile: undefined, ...run });
