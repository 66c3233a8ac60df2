/** `dragon replay`: makes a recorded run again and compares the two row by row. */
import { LocalRun, type Plan, planDigest } from '@dragon/engine';
import { PolicyError } from '@dragon/kernel';
import { formatTraceDiff, outcomeOf, runRows, type TraceFooter, WaitForGraph } from '@dragon/report';
import { diffRowStreams } from '@dragon/report/io';
import { DEFINITIONS, LatencyProfileError, ScenarioError } from '@dragon/scenarios';
import { type CommandContext, liveProgress } from './command-context.ts';
import { OperationalError, UsageError } from './command-errors.ts';
import { EXIT } from './exit-codes.ts';
import { counted, headingOf } from './run-output.ts';
import { planOf, replayCommand, type RunRequest, requestOf } from './run-request.ts';
import { TraceSource } from './trace-source.ts';
import { watchedRows } from './watched-rows.ts';

/** Returns the exit code. */
export async function replayTrace(path: string, context: CommandContext): Promise<number> {
  const { terminal, signal } = context;
  const trace = await TraceSource.open(path);
  const { request, plan } = recordedRun(trace);
  context.replay = replayCommand(request);
  terminal.print(`${path}: ${headingOf(request)}\n`);

  const graph = new WaitForGraph();
  let run: LocalRun | undefined;
  const again = runRows((onRow) => {
    run = new LocalRun(plan, DEFINITIONS, { finders: [graph], onRow });
    return run;
  });
  const diff = await diffRowStreams(watchedRows(trace.rows(), signal, liveProgress(terminal)), again);
  terminal.still();
  if (!diff.equal) {
    terminal.print(formatTraceDiff(diff, { left: path, right: 'the same run, made again', colour: terminal.colour }));
    return EXIT.finding;
  }
  const result = run?.result();
  const end = result && { ...result, outcome: outcomeOf(graph, result) };
  const differences = end && trace.footer ? footerDifferences(trace.footer, end) : [];
  if (differences.length > 0) {
    terminal.print(
      `All ${counted(diff.rows, 'row', 'rows')} are equal, but the ends differ: ${differences.join('; ')}\n`,
    );
    return EXIT.finding;
  }
  terminal.print(
    `Made again: all ${counted(diff.rows, 'row', 'rows')} are equal; outcome ${end?.outcome}, digest ${end?.digest}\n`,
  );
  return EXIT.ok;
}

/** Returns what differs between the ends of two runs, as in `digest 12ab / 34cd`. */
export function footerDifferences(left: TraceFooter, right: Omit<TraceFooter, 'end'>): string[] {
  const keys = ['outcome', 'endedAt', 'events', 'digest'] as const;
  return keys.filter((key) => left[key] !== right[key]).map((key) => `${key} ${left[key]} / ${right[key]}`);
}

/** What a header that asks for something we do not have leads to. */
const UNKNOWN_HERE = [ScenarioError, PolicyError, UsageError, LatencyProfileError];

/**
 * Returns the run that a trace says it is of; throws an `OperationalError` if this version of the model has no such
 * run.
 */
function recordedRun({ path, header }: TraceSource): { request: RunRequest; plan: Plan } {
  const advice = 'it was recorded by another version of this program, or its header was edited';
  try {
    const request = requestOf(header.command);
    const plan = planOf(request);
    const digest = planDigest(plan);
    if (digest === header.plan) return { request, plan };
    throw new OperationalError(
      `${path} cannot be replayed: its plan is ${header.plan}, and the same command makes plan ${digest} here; ${advice}`,
    );
  } catch (error) {
    if (UNKNOWN_HERE.some((kind) => error instanceof kind))
      throw new OperationalError(`${path} cannot be replayed (${(error as Error).message}): ${advice}`);
    throw error;
  }
}
