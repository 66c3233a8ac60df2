/** Runs with many CPUs in one process: how long until all agents are up, what they weigh, and what an event costs. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LocalRun, type Plan, SECOND } from '@dragon/engine';
import { DEFINITIONS } from '@dragon/scenarios';
import { planOf } from '../simulation/simulate.ts';
import { cpuSeconds, takeTurns } from './take-turns.ts';

const [scenario = '', cpus = '', events = ''] = process.argv.slice(2);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

// Long past the last event of any task.
const makePlan = () => planOf({ scenario, cpus: Number(cpus), until: 60 * SECOND });
const begin = (plan: Plan) => new LocalRun(plan, DEFINITIONS, { finders: [] });

let [plan, run]: [Plan | undefined, LocalRun | undefined] = [undefined, undefined];

const planInHand = (): Plan => (plan ??= makePlan());

/**
 * From nothing to a run whose agents have started. Answers with the seconds of CPU that took, and the KiB that the run
 * weighs over its agents, without the plan.
 */
function start() {
  let seconds = cpuSeconds(() => {
    plan = makePlan();
  });
  const before = heapBytes();
  seconds += cpuSeconds(() => {
    run = begin(planInHand());
  });
  const agents = planInHand().agents.length;
  return { agents, seconds, kibibytes: (heapBytes() - before) / 1_024 / agents };
}

/** Goes on for so many events, through as many whole runs as that takes; answers with the nanoseconds of one. */
function go() {
  let [left, seconds] = [Number(events), 0];
  while (left > 0) {
    const going = (run ??= begin(planInHand()));
    const before = going.engine.processed;
    let goesOn = true;
    seconds += cpuSeconds(() => {
      goesOn = going.advance(left);
    });
    left -= going.engine.processed - before;
    if (!goesOn) run = undefined;
  }
  return { ns: (1e9 * seconds) / Number(events) };
}

await takeTurns((order) => (order === 'start' ? start() : go()));
