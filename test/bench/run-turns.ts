/**
 * Whole runs of a scenario, one after the other in the same process. Imports nothing of its neighbours, and asks other
 * packages only for what they had in an earlier state of the project, too.
 */
import { createInterface } from 'node:readline';
import { LocalRun } from '@dragon/engine';
import { profileNamed } from '@dragon/kernel';
import * as report from '@dragon/report';
import { DEFINITIONS, planScenario, scenarioNamed } from '@dragon/scenarios';

const [scenario = '', cpus = '', most = ''] = process.argv.slice(2);
const { name, policy, release } = profileNamed('v6.1');
const settings = { policy, release, profile: name, cpus: Number(cpus), seed: 1, until: 20e9, keepGoing: false };

/** With what a run of the command has, too: the finders, among them the wait-for graph. */
function options(): { readonly finders: readonly []; readonly finder: object } {
  const made = 'kernelFinders' in report ? report.kernelFinders() : { finders: [], finder: waitForGraph() };
  return made as unknown as ReturnType<typeof options>;
}

const waitForGraph = () => new (report as { readonly WaitForGraph: new () => object }).WaitForGraph();

// Answers with the microseconds of CPU that an event took.
for await (const _ of createInterface({ input: process.stdin })) {
  const before = process.cpuUsage();
  const run = new LocalRun(planScenario(scenarioNamed(scenario), settings), DEFINITIONS, options());
  // In slices, as the command makes runs.
  while (run.engine.processed < Number(most) && run.advance(1_024));
  const { user, system } = process.cpuUsage(before);
  const { events, digest } = run.result();
  process.stdout.write(`${JSON.stringify({ us: (user + system) / events, events, digest })}\n`);
}
