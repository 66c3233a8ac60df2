/**
 * The program of a worker thread: makes the runs that it is sent, one after the other, and sends back what was asked of
 * each.
 */
import { parentPort } from 'node:worker_threads';
import { AgentFault, LocalRun, runPlan } from '@dragon/engine';
import { RunMeter } from '@dragon/compare';
import { ChartTable, foundRun, huntedRun } from '@dragon/hunt';
import { FaultError } from '@dragon/kernel';
import { kernelFinders } from '@dragon/report';
import { DEFINITIONS, planScenario, type RunSettings, ScenarioError, scenarioNamed } from '@dragon/scenarios';
import { errorToData } from './error-data.ts';
import type { RunOrder, RunReply } from './run-pool.ts';
import { runVerdict } from './run-verdict.ts';

parentPort?.on('message', (order: RunOrder) => parentPort?.postMessage(reply(order), []));

function reply({ scenario, settings, asked, mostEvents = Number.MAX_SAFE_INTEGER }: RunOrder): RunReply {
  try {
    const plan = planScenario(scenarioNamed(scenario), settings);
    if (asked === 'hunted') return { answer: huntedRun(plan, DEFINITIONS, chartTable(scenario, settings), mostEvents) };
    if (asked === 'found') return { answer: foundRun(plan, DEFINITIONS, mostEvents) };
    const { graph, finders } = kernelFinders();
    if (asked === 'verdict') return { answer: runVerdict(runPlan(plan, DEFINITIONS, { finders }), graph) };
    const meter = new RunMeter();
    const run = new LocalRun(plan, DEFINITIONS, { finders, onTrace: meter.hit });
    const isCut = run.advance(mostEvents);
    const result = run.result();
    return { answer: meter.finish(isCut ? { ...result, endedAt: run.engine.now } : result, graph) };
  } catch (error) {
    // What is left of a run that is being shrunk may have no room for one of its faults, or end at a message that no
    // rule is to blame for: it does not find the same then.
    const others = [FaultError, ScenarioError, AgentFault];
    if (asked === 'found' && others.some((kind) => error instanceof kind))
      return { answer: { outcome: 'completed', endedAt: 0, events: 0, finding: null } };
    return { failure: errorToData(error) };
  }
}

let known: { readonly of: string; readonly table: ChartTable } | undefined;

/** The table of a run to which nothing is added: all runs of a hunt have the same. */
function chartTable(scenario: string, settings: RunSettings): ChartTable {
  const bare: RunSettings = { ...settings, seed: 0, faults: [], rules: [] };
  const of = JSON.stringify([scenario, bare]);
  if (known?.of !== of) known = { of, table: new ChartTable(planScenario(scenarioNamed(scenario), bare), DEFINITIONS) };
  return known.table;
}
