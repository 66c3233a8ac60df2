/** Events of PHOLD: in our engine with an agent by hand or a compiled statechart, or in a bare loop. */
import { type AgentDefinition, Engine } from '@dragon/engine';
import { pholdPlan } from './phold.ts';
import { BarePhold } from './phold-bare.ts';
import { station } from './phold-station.ts';
import { stationChart } from './phold-station-machine.ts';
import { cpuSeconds, takeTurns } from './take-turns.ts';

interface Load {
  readonly run: (events: number) => void;
  readonly now: () => number;
}

function inEngine(definition: AgentDefinition, agents: number): Load {
  const plan = pholdPlan(definition.kind, agents);
  const engine = new Engine({ plan, definitions: new Map([[definition.kind, definition]]) });
  return {
    run: (events) => {
      if (engine.run(plan.until, events) !== events) throw new Error('jobs were lost');
    },
    now: () => engine.now,
  };
}

function bare(agents: number, hashes: boolean): Load {
  const phold = new BarePhold(agents, hashes);
  return { run: (events) => phold.run(events), now: () => phold.now };
}

const LOADS: Readonly<Record<string, (agents: number) => Load>> = {
  hand: (agents) => inEngine(station, agents),
  chart: (agents) => inEngine(stationChart, agents),
  bare: (agents) => bare(agents, false),
  hashed: (agents) => bare(agents, true),
};

const makeLoad = LOADS[process.argv[2] ?? ''];
if (makeLoad === undefined) throw new Error(`there is no load ${process.argv[2]}`);
const { run, now } = makeLoad(Number(process.argv[3]));

/** Answers with the nanoseconds that an event takes, and the virtual time it has come to. */
await takeTurns((order) => {
  const events = Number(order);
  return { ns: (1e9 * cpuSeconds(() => run(events))) / events, now: now() };
});
