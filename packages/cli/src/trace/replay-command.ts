/** `dragon replay`: makes a recorded run again and compares the two row by row. */
import { AgentFault, LocalRun } from '@dragon/engine';
import { shellWord } from '@dragon/kernel';
import {
  EXIT,
  formatTraceDiff,
  kernelFinders,
  outcomeOf,
  printable,
  runLines,
  type TraceFooter,
  type TraceSource,
  wrap,
} from '@dragon/report';
import { diffLineStreams } from '@dragon/report/io';
import { DEFINITIONS } from '@dragon/scenarios';
import { type CommandContext, liveProgress } from '../command-context.ts';
import { dragonCommand } from '../dragon-command.ts';
import { counted } from '../run/run-output.ts';
import { recordedPlan, traceRefusal } from './recorded-plan.ts';
import { watchedRows } from './watched-rows.ts';
import { failedComparison, withTrace } from './with-trace.ts';

/** Returns the exit code. */
export async function replayTrace(path: string, context: CommandContext): Promise<number> {
  return withTrace(path, context.terminal, (trace) => replay(trace, context));
}

async function replay(trace: TraceSource, context: CommandContext): Promise<number> {
  const { terminal, signal } = context;
  const { width } = terminal;
  const { path } = trace;
  const say = (text: string) => terminal.print(`${wrap(text, width).join('\n')}\n`);
  const plan = recordedPlan(trace, 'replayed');
  for (const { kind } of plan.agents)
    if (!DEFINITIONS.has(kind)) throw traceRefusal(trace, 'replayed', `there are no agents of kind '${kind}'`);
  context.replay = dragonCommand(`replay ${shellWord(path)}`);
  say(printable(`${path}: ${trace.header.heading}`));

  const { finders } = kernelFinders();
  let run: LocalRun | undefined;
  const again = runLines((outlets) => {
    run = new LocalRun(plan, DEFINITIONS, { finders, ...outlets });
    return run;
  });
  const lines = watchedRows(trace.lines(), signal, liveProgress(terminal, trace.footer?.endedAt ?? plan.until));
  const diff = await diffLineStreams(lines, again).catch((error: unknown) => {
    // Agents that cannot start with what the plan says of them: the plan is at fault, not they.
    if (error instanceof AgentFault && error.event === undefined) throw traceRefusal(trace, 'replayed', error.message);
    return failedComparison(terminal)(error);
  });
  terminal.still();
  if (!diff.equal) {
    const { colour } = terminal;
    terminal.print(formatTraceDiff(diff, { left: path, right: 'the same run, made again', colour, width }));
    return EXIT.finding;
  }
  const result = run?.result();
  const end = result && { ...result, outcome: outcomeOf(result) };
  const differences = end && trace.footer ? footerDifferences(trace.footer, end) : [];
  if (differences.length > 0) {
    say(`All ${counted(diff.rows, 'row', 'rows')} are equal, but the ends differ: ${differences.join('; ')}`);
    return EXIT.finding;
  }
  say(`Made again: all ${counted(diff.rows, 'row', 'rows')} are equal; outcome ${end?.outcome}, digest ${end?.digest}`);
  return EXIT.ok;
}

/** Returns what differs between the ends of two runs, as in `digest 12ab / 34cd`. */
export function footerDifferences(left: TraceFooter, right: Omit<TraceFooter, 'end'>): string[] {
  const keys = ['outcome', 'endedAt', 'events', 'digest'] as const;
  return keys.filter((key) => left[key] !== right[key]).map((key) => printable(`${key} ${left[key]} / ${right[key]}`));
}
