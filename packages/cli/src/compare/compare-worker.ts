/**
 * The program of a worker thread of `dragon compare`: makes the runs that it is sent, one after the other, and sends
 * back their measures.
 */
import { parentPort } from 'node:worker_threads';
import { runPlan } from '@dragon/engine';
import { RunMeter } from '@dragon/compare';
import { kernelFinders } from '@dragon/report';
import { DEFINITIONS, planScenario, scenarioNamed } from '@dragon/scenarios';
import type { RunAnswer, RunOrder } from './compare-pool.ts';

parentPort?.on('message', (order: RunOrder) => parentPort?.postMessage(answer(order), []));

function answer({ scenario, settings }: RunOrder): RunAnswer {
  try {
    const { graph, finders } = kernelFinders();
    const meter = new RunMeter();
    const plan = planScenario(scenarioNamed(scenario), settings);
    const result = runPlan(plan, DEFINITIONS, { finders, onTrace: meter.hit });
    return { measures: meter.finish(result, graph) };
  } catch (error) {
    return {
      failure: error instanceof Error ? { message: error.message, stack: error.stack } : { message: String(error) },
    };
  }
}
