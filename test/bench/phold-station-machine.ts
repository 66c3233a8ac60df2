/** The same station as a statechart: what comes leads to a decision, the decision to a message or to a timer. */
import type { AgentDefinition } from '@dragon/engine';
import { chartKit, effectActions, fromMachine, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';
import { destination, nextDraw, stationId } from './phold.ts';
import { freeSlot, type StationParams, workOn, ARRIVAL } from './phold-station.ts';

interface Station extends StationParams {
  readonly jobs: number;
  readonly slots: number;
  /** The slot of the job that is being decided on. */
  readonly slot: number;
}

type StationEvent =
  | { readonly type: 'station.arrive'; readonly from: string }
  | { readonly type: 'station.work'; readonly slot: number; readonly from: string };

const { answer, change, guard, on, send } = chartKit<Station, StationEvent>();

const stationMachine = setup({
  types: typesOf<{ context: Station; events: StationEvent; input: StationParams }>(),
  actions: effectActions,
}).createMachine({
  id: 'station',
  context: ({ input: { agents, draw } }) => ({ agents, draw, jobs: 0, slots: 1, slot: 0 }),
  initial: 'starting',
  states: {
    starting: { always: { target: 'working', actions: answer(({ slot }) => [{}, workOn(slot)]) } },
    working: {
      on: {
        'station.arrive': {
          target: 'deciding',
          actions: change(({ draw, jobs, slots }) => {
            const slot = freeSlot(slots);
            return { draw: nextDraw(draw), jobs: jobs + 1, slots: slots | (1 << slot), slot };
          }),
        },
        'station.work': {
          target: 'deciding',
          actions: on('station.work', ({ draw, jobs }, { slot }) => ({ draw: nextDraw(draw), jobs: jobs + 1, slot })),
        },
      },
    },
    deciding: {
      always: [
        {
          guard: guard(({ draw, agents }) => destination(draw, agents) >= 0),
          target: 'working',
          actions: [
            send(({ draw, agents }) => ({
              kind: 'send',
              to: stationId(destination(draw, agents)),
              message: ARRIVAL,
            })),
            change(({ slots, slot }) => ({ slots: slots & ~(1 << slot) })),
          ],
        },
        { target: 'working', actions: answer(({ slot }) => [{}, workOn(slot)]) },
      ],
    },
  },
});

export const stationChart = fromMachine('station', stationMachine, {
  copiers: [(c) => ({ agents: c['agents'], draw: c['draw'], jobs: c['jobs'], slots: c['slots'], slot: c['slot'] })],
}) as AgentDefinition;
