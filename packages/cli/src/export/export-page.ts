/** `dragon export page`: the inspector with a run in it, as one file that needs neither server nor network. */
import { existsSync } from 'node:fs';
import type { Json, Plan } from '@dragon/engine';
import {
  EXIT,
  outcomeOf,
  printable,
  thousands,
  type Outcome,
  type TraceSource,
  type TraceSubject,
} from '@dragon/report';
import { DEFINITIONS, SCENARIOS } from '@dragon/scenarios';
import { pageFolder } from '../bundle/page-folder.ts';
import { type CommandContext, liveProgress } from '../command-context.ts';
import { UsageError } from '../failure.ts';
import { neitherScenarioNorFile } from '../neither-scenario-nor-file.ts';
import { optionFlag } from '../option-values.ts';
import { forkOf } from '../run/fork-of.ts';
import { requestedRun } from '../run/requested-run.ts';
import { runHere } from '../run/run-here.ts';
import { SETTINGS, type SettingsOptions } from '../run/settings-options.ts';
import { recordedPlan, traceRefusal } from '../trace/recorded-plan.ts';
import { watchedRows } from '../trace/watched-rows.ts';
import { withTrace } from '../trace/with-trace.ts';
import type { ExportOptions } from './export-options.ts';
import { openOutput, refuseTerminal } from './output.ts';
import { singleFilePage } from './single-file-page.ts';

/** A run, and how it ended: what the page makes again. */
interface MadeRun {
  readonly run: TraceSubject & { readonly plan: Plan };
  readonly end: { readonly outcome: Outcome; readonly digest: string };
}

/** Returns the exit code. */
export async function exportPage(source: string, options: ExportOptions, context: CommandContext): Promise<number> {
  const { terminal } = context;
  refuseTerminal(options.out, 'a page', terminal);
  const output = openOutput(options.out, terminal);
  try {
    const { run, end } = await madeRun(source, options, context);
    const folder = await pageFolder((text) => terminal.note(text));
    const page = singleFilePage(folder, { kind: 'plan', run, end } as unknown as Json);
    output.write(Buffer.from(page));
    output.finish();
    if (output.path !== undefined)
      terminal.print(
        printable(
          `Page: ${output.path}, ${thousands(output.bytes)} bytes; ${end.outcome}, digest ${end.digest}`,
        ).concat('\nOpen it in a browser: it needs no server and no network\n'),
      );
  } finally {
    output.abandon();
  }
  return EXIT.ok;
}

/** A scenario, unless there is a file of that name. */
async function madeRun(source: string, options: ExportOptions, context: CommandContext): Promise<MadeRun> {
  if (!existsSync(source)) {
    if (SCENARIOS.some(({ name }) => name === source)) return scenarioRun(source, options, context);
    throw new UsageError(neitherScenarioNorFile(source));
  }
  const [first] = SETTINGS.filter((name) => name in options);
  if (first !== undefined)
    throw new UsageError(`${optionFlag(first)} is for a scenario: a trace has its run, and '${source}' is no scenario`);
  return withTrace(source, context.terminal, (trace) => recordedRun(trace, context));
}

async function scenarioRun(
  scenario: string,
  options: SettingsOptions,
  { terminal, signal }: CommandContext,
): Promise<MadeRun> {
  const { plan: makePlan, heading, command, ...request } = requestedRun(scenario, options);
  const plan = makePlan();
  const { result } = await runHere(plan, { signal, onProgress: liveProgress(terminal, request.settings.until) });
  terminal.still();
  const fork = forkOf(plan);
  return {
    run: { plan, heading, command, ...(fork && { fork }) },
    end: { outcome: outcomeOf(result), digest: result.digest },
  };
}

async function recordedRun(trace: TraceSource, { terminal, signal }: CommandContext): Promise<MadeRun> {
  const plan = recordedPlan(trace, 'exported');
  for (const { kind } of plan.agents)
    if (!DEFINITIONS.has(kind)) throw traceRefusal(trace, 'exported', `there are no agents of kind '${kind}'`);
  // How it ended is known at once, or when all rows have been read; or the trace was cut, which is an error.
  if (trace.footer === undefined)
    for await (const row of watchedRows(trace.rows(), signal, liveProgress(terminal, plan.until))) void row;
  terminal.still();
  const { heading, command, fork } = trace.header;
  if (trace.footer === undefined) throw traceRefusal(trace, 'exported', 'it does not say how it ended');
  const { outcome, digest } = trace.footer;
  return { run: { plan, heading, command, ...(fork && { fork }) }, end: { outcome, digest } };
}
