/**
 * PHOLD, the usual load to measure simulators with: jobs that each take an exponential time; a quarter of them then
 * move to an agent drawn at random, a unit of time away, the others go on where they are. There are as many jobs as
 * agents, and each event is the end of one job's work or way.
 */
import type { Latency, Plan } from '@dragon/engine';

/** A unit of virtual time in nanoseconds: the mean of the work, and the way to another agent. */
export const UNIT = 1_000_000;

/** Exponential times as a table: a logarithm may differ between machines in its last bit. */
export const WORK = {
  kind: 'quantiles',
  points: Array.from({ length: 257 }, (_, i): readonly [number, number] => [
    i / 256,
    Math.round(-UNIT * Math.log(1 - Math.min(i, 255.5) / 256)),
  ]),
} as const satisfies Latency;

/** The next draw of an agent: a linear congruential generator, in the agent's own state. */
export function nextDraw(draw: number): number {
  return (Math.imul(draw, 1_664_525) + 1_013_904_223) >>> 0;
}

/** Below it, a job moves. */
const MOVES = 0x40000000;

/** Returns where a job goes, the number of an agent; -1 if it stays. */
export function destination(draw: number, agents: number): number {
  return draw < MOVES ? Math.floor((draw / MOVES) * agents) : -1;
}

const IDS: string[] = [];

/** Returns the id of an agent; made once, as whoever sends a message every microsecond would have it made. */
export function stationId(index: number): string {
  return (IDS[index] ??= `station/${index}`);
}

/** Returns the plan for so many agents of a kind, each with one job. */
export function pholdPlan(kind: string, agents: number): Plan {
  return {
    seed: 1,
    agents: Array.from({ length: agents }, (_, i) => ({
      id: stationId(i),
      kind,
      params: { agents, draw: nextDraw(i) },
    })),
    resources: [],
    latency: { delays: { work: WORK }, links: { default: UNIT } },
    until: Number.MAX_SAFE_INTEGER,
    grace: 1,
    stopOnFinding: false,
  };
}
