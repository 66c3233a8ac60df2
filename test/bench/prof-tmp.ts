import { runPlan } from '@dragon/engine';
import { DEFINITIONS } from '@dragon/scenarios';
import { planOf } from '../simulation/simulate.ts';
import { NO_FINDER } from './pingers.ts';
const plan = planOf({ scenario: 'seed-deadlock', policy: 'throttle=skip-kswapd', cpus: 4, until: 20_000_000_000 });
for (let i = 0; i < 6; i++) { const t=performance.now(); const r = runPlan(plan, DEFINITIONS, { finder: NO_FINDER }); console.log((r.events/(performance.now()-t)*1000).toFixed(0)); }
