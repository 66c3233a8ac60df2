/** A station of PHOLD, by hand: an agent as small as an agent can be that keeps to the contract. */
import type { AgentDefinition, Effect } from '@dragon/engine';
import { destination, nextDraw, stationId } from './phold.ts';

/** Jobs that a station may have at once: on average it is one. */
const SLOTS = 31;

/** By the slot of a job that is at its work: each has a timer of its own. */
const WORKING = Array.from({ length: SLOTS }, (_, slot): readonly Effect[] => [
  {
    kind: 'setTimer',
    timer: `work ${slot}`,
    delay: { name: 'work', times: 1, pausable: false, background: false },
    message: { type: 'station.work', slot },
  },
]);

/** Returns what lets the job in a slot go on with its work. */
export function workOn(slot: number): readonly Effect[] {
  return WORKING[slot] ?? noSlot(slot);
}

function noSlot(slot: number): never {
  throw new Error(`a station has no slot ${slot}`);
}

export const ARRIVAL = { type: 'station.arrive' };

export interface StationParams {
  readonly agents: number;
  readonly draw: number;
}

interface Station extends StationParams {
  readonly jobs: number;
  /** A bit for each slot in use. */
  readonly slots: number;
}

/** Returns the lowest slot that is free. */
export function freeSlot(slots: number): number {
  return 31 - Math.clz32(~slots & (slots + 1));
}

export const station: AgentDefinition<Station> = {
  kind: 'station',
  init(params) {
    const { agents, draw } = params as unknown as StationParams;
    return { state: { agents, draw, jobs: 0, slots: 1 }, effects: workOn(0) };
  },
  receive({ agents, draw: before, jobs, slots }, { message }) {
    const draw = nextDraw(before);
    const to = destination(draw, agents);
    const isHere = message.type === 'station.work';
    const slot = isHere ? (message['slot'] as number) : freeSlot(slots);
    if (to < 0) {
      const state = { agents, draw, jobs: jobs + 1, slots: slots | (1 << slot) };
      return { state, effects: workOn(slot) };
    }
    const state = { agents, draw, jobs: jobs + 1, slots: isHere ? slots & ~(1 << slot) : slots };
    return { state, effects: [{ kind: 'send', to: stationId(to), message: ARRIVAL }] };
  },
  describe: () => 'working',
  facts: () => ({}),
  save: ({ agents, draw, jobs, slots }) => ({ agents, draw, jobs, slots }),
  restore: (saved) => saved as unknown as Station,
};
