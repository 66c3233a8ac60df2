/**
 * Whoever puts faults into a run: sends what makes them begin and end, each at its instant. It stands for hardware,
 * hypervisor and administrator, and is no thread. Only a plan with faults has it.
 */
import type { AgentId, Message } from '@dragon/engine';
import { CONTEXT_COPIERS, type FaultsMessage, type PlannedFault, type Received } from '@dragon/kernel';
import { chartKit, delay, effectActions, type MachineOptions, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';

/**
 * An instant at which a fault begins or ends, and what is sent then; `delay` names the latency from the step before.
 */
export type FaultStep = {
  readonly fault: string;
  readonly delay: string;
  readonly sends: readonly { readonly to: AgentId; readonly message: Message }[];
};

/** `faults` says what the steps are of, for whoever reads the plan; the steps stand in the order of their instants. */
export type FaultsParams = { readonly faults: readonly PlannedFault[]; readonly steps: readonly FaultStep[] };

interface FaultsContext {
  readonly steps: readonly FaultStep[];
  /** Steps taken. */
  readonly done: number;
}

type FaultsEvent = Received<FaultsMessage>;

const { change, guard, send } = chartKit<FaultsContext, FaultsEvent>();

const stepAt = ({ steps, done }: FaultsContext): FaultStep | undefined => steps[done];

const strike = [
  send((context) => (stepAt(context)?.sends ?? []).map(({ to, message }) => ({ kind: 'send', to, message }))),
  change(({ done }) => ({ done: done + 1 })),
] as const;

export const faultsMachine = setup({
  types: typesOf<{ context: FaultsContext; events: FaultsEvent; input: FaultsParams }>(),
  actions: effectActions,
  delays: { nextStep: ({ context }) => delay(stepAt(context)?.delay ?? '') },
  guards: { isLast: guard(({ steps, done }) => done === steps.length - 1) },
}).createMachine({
  id: 'faults',
  context: ({ input }) => ({ steps: input.steps, done: 0 }),
  // What it sends may be answered.
  on: { '*': {} },
  initial: 'waiting',
  states: {
    waiting: {
      after: {
        nextStep: [
          { guard: 'isLast', target: 'done', actions: strike },
          { target: 'waiting', reenter: true, actions: strike },
        ],
      },
    },
    done: {},
  },
});

export const faultsOptions: MachineOptions<typeof faultsMachine> = {
  copiers: CONTEXT_COPIERS,
  projection: { constants: ['steps'], bookkeeping: [] },
  receiver: 'call',
};
