import { runPlan, type Row } from '@dragon/engine';
import { DEFINITIONS } from '@dragon/scenarios';
import { planOf } from '../simulation/simulate.ts';
import { NO_FINDER } from './pingers.ts';
import { xstateSeconds } from './engine-over-xstate.ts';
const plan = planOf({ scenario: 'seed-deadlock', policy: 'throttle=skip-kswapd', cpus: 4, until: 20_000_000_000 });
const rows: Row[] = [];
runPlan(plan, DEFINITIONS, { finder: NO_FINDER, onRow: (row) => rows.push(row) });
for (let i = 0; i < 8; i++) {
  const states = new Map(plan.agents.map(a => [a.id, DEFINITIONS.get(a.kind)!.init(a.params, a.id).state]));
  const defs = new Map(plan.agents.map(a => [a.id, DEFINITIONS.get(a.kind)!]));
  let t = performance.now();
  for (const r of rows) states.set(r.to, defs.get(r.to)!.receive(states.get(r.to), r.message, r.from).state);
  const adapter = performance.now() - t;
  const actor = xstateSeconds(plan, rows) * 1000;
  t = performance.now(); runPlan(plan, DEFINITIONS, { finder: NO_FINDER }); const eng = performance.now() - t;
  console.log('us/event adapter', (adapter/rows.length*1000).toFixed(1), 'actor', (actor/rows.length*1000).toFixed(1), 'engine', (eng/rows.length*1000).toFixed(1));
}
