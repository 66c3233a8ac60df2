/** The list of benches, in the order in which they run and stand on the page. */
import { unknownName } from '@dragon/kernel';
import type { Bench } from './bench.ts';
import { costOfACache } from './cost-of-a-cache.ts';
import { costOfAStart } from './cost-of-a-start.ts';
import { costOfATrace } from './cost-of-a-trace.ts';
import { costOfInspecting } from './cost-of-inspecting.ts';
import { costOfObservers } from './cost-of-observers.ts';
import { costOfRecovery } from './cost-of-recovery.ts';
import { costOfThePage } from './cost-of-the-page.ts';
import { federationOverPingPong } from './federation-over-ping-pong.ts';
import { framesOfThePage } from './frames-of-the-page.ts';
import { growthWithCpus } from './growth-with-cpus.ts';
import { huntOverChance } from './hunt-over-chance.ts';
import { pholdOverPeers } from './phold-over-peers.ts';
import { ringOverActors } from './ring-over-actors.ts';
import { runsInASweep } from './runs-in-a-sweep.ts';
import { runsOverBefore } from './runs-over-before.ts';
import { stepsOverXState } from './steps-over-xstate.ts';

export const BENCHES: readonly Bench[] = [
  stepsOverXState,
  ringOverActors,
  pholdOverPeers,
  runsOverBefore,
  costOfACache,
  growthWithCpus,
  runsInASweep,
  huntOverChance,
  federationOverPingPong,
  costOfRecovery,
  costOfAStart,
  costOfObservers,
  costOfATrace,
  costOfThePage,
  framesOfThePage,
  costOfInspecting,
];

/** Returns the benches of these names in the order of the list, or all; throws for a name that there is not. */
export function benchesNamed(names: readonly string[]): readonly Bench[] {
  const known = BENCHES.map(({ name }) => name);
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined) throw new RangeError(unknownName('bench', stranger, known));
  return names.length === 0 ? BENCHES : BENCHES.filter(({ name }) => names.includes(name));
}
