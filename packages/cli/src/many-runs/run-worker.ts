/**
 * The program of a worker thread: makes the runs that it is sent, one after the other, and sends back what was asked of
 * each.
 */
import { parentPort } from 'node:worker_threads';
import { runPlan } from '@dragon/engine';
import { RunMeter } from '@dragon/compare';
import { kernelFinders } from '@dragon/report';
import { DEFINITIONS, planScenario, scenarioNamed } from '@dragon/scenarios';
import { errorToData } from './error-data.ts';
import type { RunOrder, RunReply } from './run-pool.ts';
import { runVerdict } from './run-verdict.ts';

parentPort?.on('message', (order: RunOrder) => parentPort?.postMessage(reply(order), []));

function reply({ scenario, settings, asked }: RunOrder): RunReply {
  try {
    const { graph, finders } = kernelFinders();
    const plan = planScenario(scenarioNamed(scenario), settings);
    if (asked === 'verdict') return { answer: runVerdict(runPlan(plan, DEFINITIONS, { finders }), graph) };
    const meter = new RunMeter();
    const result = runPlan(plan, DEFINITIONS, { finders, onTrace: meter.hit });
    return { answer: meter.finish(result, graph) };
  } catch (error) {
    return { failure: errorToData(error) };
  }
}
