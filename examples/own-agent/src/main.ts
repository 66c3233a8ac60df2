/** A run of agents of one's own: in which order they take the mutexes, what comes of it, and its digest. */
import { type AgentDefinition, MICROSECOND, MILLISECOND, type Plan, runPlan, SECOND } from 'sleeping-dragon/engine';
import { findingsReport, kernelFinders, outcomeOf } from 'sleeping-dragon/report';
import { mutex } from './mutex.js';
import { thread, type ThreadParams } from './thread.js';

const definitions = new Map([mutex, thread].map((each) => [each.kind, each as AgentDefinition]));

/** `bob` takes the mutexes in an order of his own. */
function planOf(bob: ThreadParams): Plan {
  return {
    seed: 1,
    until: 10 * SECOND,
    // A finding ends the run, that much later.
    stopOnFinding: true,
    grace: 100 * MILLISECOND,
    agents: [
      { id: 'mutex/a', kind: 'mutex', params: {} },
      { id: 'mutex/b', kind: 'mutex', params: {} },
      {
        id: 'thread/alice',
        kind: 'thread',
        params: { first: 'mutex/a', second: 'mutex/b' },
        task: { comm: 'alice', pid: 101 },
      },
      { id: 'thread/bob', kind: 'thread', params: { ...bob }, task: { comm: 'bob', pid: 102 } },
    ],
    resources: ['a', 'b'].map((name) => ({
      id: `mutex/${name}`,
      noun: `mutex ${name}`,
      holds: 'holds',
      took: 'took',
      holder: ['held by ', ''],
    })),
    latency: {
      delays: {
        pause: { kind: 'uniform', min: 1 * MILLISECOND, max: 90 * MILLISECOND },
        work: { kind: 'uniform', min: 1 * MILLISECOND, max: 3 * MILLISECOND },
      },
      links: { default: 2 * MICROSECOND },
    },
  };
}

for (const bob of [
  { first: 'mutex/a', second: 'mutex/b' },
  { first: 'mutex/b', second: 'mutex/a' },
]) {
  const plan = planOf(bob);
  const { graph, finders } = kernelFinders();
  const result = runPlan(plan, definitions, { finders });
  console.log(`bob takes ${bob.first} first: ${outcomeOf(result)}, ${result.events} events, digest ${result.digest}`);
  process.stdout.write(findingsReport({ plan, result, graph, release: '6.1.0', colour: false, width: 100 }));
}
