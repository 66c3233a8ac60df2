/** A run with an observer of every step and its transitions, or without. */
import { LocalRun, type Observer } from '@dragon/engine';
import { DEFINITIONS } from '@dragon/scenarios';
import { planOf } from '../simulation/simulate.ts';
import { cpuSeconds, takeTurns } from './take-turns.ts';

const [way = '', most = ''] = process.argv.slice(2);

/** Looks at what it is shown, so that nothing of it is made in vain. */
function watcher(moves: boolean): Observer {
  let transitions = 0;
  return {
    moves,
    see(step) {
      for (const { taken } of step.moves ?? []) transitions += taken.length;
      if (transitions < 0) throw new Error('there are no fewer transitions than none');
    },
  };
}

const OBSERVERS: Readonly<Record<string, readonly Observer[]>> = {
  without: [],
  steps: [watcher(false)],
  moves: [watcher(true)],
};

/** Answers with the microseconds that an event takes. */
await takeTurns(() => {
  const plan = planOf({ scenario: 'big-cache-50k', cpus: 4, until: 20_000_000_000 });
  const run = new LocalRun(plan, DEFINITIONS, { finders: [], observers: OBSERVERS[way] ?? [] });
  const seconds = cpuSeconds(() => void run.advance(Number(most)));
  return (1e6 * seconds) / run.engine.processed;
});
