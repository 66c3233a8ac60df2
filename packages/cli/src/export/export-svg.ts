/** `dragon export svg`: the statechart of an agent at an instant of a run, as a picture. */
import { existsSync } from 'node:fs';
import { type AgentId, formatSeconds, type Plan, type VirtualTime } from '@dragon/engine';
import {
  agentMarks,
  chartGraph,
  chartSvg,
  estimatedWidth,
  openCompounds,
  ruledOutEdges,
  ruledOutIn,
  RunRecord,
} from '@dragon/inspection';
import { Execution } from '@dragon/inspection/execution';
import { ChartLayouter } from '@dragon/inspection/io';
import { EXIT, printable, TaskNames } from '@dragon/report';
import { DEFINITIONS, readRun, requestRun, SCENARIOS } from '@dragon/scenarios';
import type { CommandContext } from '../command-context.ts';
import { UsageError } from '../failure.ts';
import { neitherScenarioNorFile } from '../neither-scenario-nor-file.ts';
import { recordedPlan, traceRefusal } from '../trace/recorded-plan.ts';
import { withTrace } from '../trace/with-trace.ts';
import { chartElk } from './chart-elk.ts';
import type { ExportOptions } from './export-options.ts';
import { agentsNamed } from './named-agents.ts';
import { openOutput } from './output.ts';

/** Events between two looks at whether somebody wants it to end. */
const SLICE = 10_000;

/** Returns the exit code. */
export async function exportSvg(source: string, options: ExportOptions, context: CommandContext): Promise<number> {
  const { terminal } = context;
  const { agent: name, at, theme = 'light', out } = options;
  const { plan, heading } = await planOf(source, context);
  const [agent = ''] = agentsNamed(name === undefined ? undefined : [name], plan, '--agent');
  const output = openOutput(out, terminal);
  try {
    const record = await executed(plan, heading, at, context);
    const index = record.chartOf(record.agents[record.placeOf(agent)]?.kind ?? '');
    if (index === undefined) throw new UsageError(`${agent} has no statechart`);
    const t = at ?? record.edge;
    const marks = agentMarks(record, agent, t, ruledOutEdges(index, ruledOutIn(plan, agent, DEFINITIONS)));
    const layouter = new ChartLayouter(await chartElk((text) => terminal.note(text)), estimatedWidth);
    const layout = await layouter.layOut(chartGraph(index, openCompounds(index, marks.active)));
    const title = titleOf(plan, agent, heading, t);
    output.write(Buffer.from(chartSvg(layout, marks, theme, title)));
    output.finish();
    if (output.path !== undefined) terminal.print(printable(`${title}: ${output.path}`).concat('\n'));
  } finally {
    output.abandon();
  }
  return EXIT.ok;
}

const titleOf = (plan: Plan, agent: AgentId, heading: string, t: VirtualTime): string =>
  `${new TaskNames(plan).name(agent)} at ${formatSeconds(t)} s of ${heading}`;

/** A scenario, unless there is a file of that name. */
async function planOf(source: string, { terminal }: CommandContext): Promise<{ plan: Plan; heading: string }> {
  if (!existsSync(source)) {
    if (!SCENARIOS.some(({ name }) => name === source)) throw new UsageError(neitherScenarioNorFile(source));
    const request = requestRun(readRun({ scenario: source }));
    return { plan: request.plan(), heading: request.heading };
  }
  return withTrace(source, terminal, async (trace) => {
    const plan = recordedPlan(trace, 'exported');
    for (const { kind } of plan.agents)
      if (!DEFINITIONS.has(kind)) throw traceRefusal(trace, 'exported', `there are no agents of kind '${kind}'`);
    return { plan, heading: trace.header.heading };
  });
}

/** Executes the run up to and with an instant, or to its end. */
async function executed(plan: Plan, heading: string, at: VirtualTime | undefined, { signal }: CommandContext) {
  const execution = new Execution(plan, heading);
  const record = new RunRecord(execution.opening);
  for (let before = -1; !execution.isOver && execution.events > before; ) {
    before = execution.events;
    record.append(execution.advance(SLICE, at));
    // Ctrl-C is heard between two slices.
    await new Promise(setImmediate);
    signal.throwIfAborted();
  }
  if (at !== undefined && execution.isOver && at > record.edge)
    throw new UsageError(`--at: the run ends at ${formatSeconds(record.edge)} s`);
  return record;
}
