/** Hand-overs of a lock in a ring, by our engine or by XState's actors. */
import { ringOfActors, ringOfAgents } from './lock-ring.ts';
import { cpuSeconds, takeTurns } from './take-turns.ts';

const RING = 64;

const handOn = process.argv[2] === 'actors' ? ringOfActors(RING) : ringOfAgents(RING);

/** Answers with the nanoseconds that a hand-over takes. */
await takeTurns((order) => {
  const handOvers = Number(order);
  return (1e9 * cpuSeconds(() => handOn(handOvers))) / handOvers;
});
