/**
 * Steps of the project's machines on recorded messages, by one of three ways: our compiled agents, XState's actors
 * (`createActor().send`), or XState's pure `transition()`.
 */
import { type AgentDefinition, type Definitions, type Input, type Json, LocalRun, type Plan } from '@dragon/engine';
import { agMachine } from '@dragon/ag';
import { cpuMachine } from '@dragon/cpu';
import { inodeCacheMachine } from '@dragon/inode-cache';
import { inodegcMachine } from '@dragon/inodegc';
import { kswapdMachine } from '@dragon/kswapd';
import { memoryMachine } from '@dragon/memory';
import { DEFINITIONS } from '@dragon/scenarios';
import { shrinkersMachine } from '@dragon/shrinkers';
import { TIMER, TimerNames } from '@dragon/statechart';
import { allocatingTaskMachine, churningTaskMachine, evictingTaskMachine } from '@dragon/workload';
import { type AnyMachineSnapshot, type AnyStateMachine, createActor, initialTransition, transition } from 'xstate';
import { planOf } from '../simulation/simulate.ts';
import { cpuSeconds, takeTurns } from './take-turns.ts';

/** Those of which a recording has enough steps. */
const MACHINES: Readonly<Record<string, AnyStateMachine>> = {
  ag: agMachine,
  allocator: allocatingTaskMachine,
  churner: churningTaskMachine,
  cpu: cpuMachine,
  hog: allocatingTaskMachine,
  'inode-cache': inodeCacheMachine,
  inodegc: inodegcMachine,
  kswapd: kswapdMachine,
  memory: memoryMachine,
  shrinkers: shrinkersMachine,
  unlinker: evictingTaskMachine,
};

/** Without the scheduler's wrapper: threads are asked directly, as an actor is. */
const UNSCHEDULED: Definitions = new Map(
  [...DEFINITIONS].map(([kind, definition]) => [
    kind,
    'inner' in definition ? (definition.inner as AgentDefinition) : definition,
  ]),
);

const RECORDINGS = [
  { scenario: 'pressure', events: 150_000, definitions: UNSCHEDULED },
  { scenario: 'unlink-storm', events: 20_000, definitions: UNSCHEDULED },
  { scenario: 'repair-first', events: 10_000, definitions: UNSCHEDULED },
  // A scheduler has work only where threads are scheduled.
  { scenario: 'pressure', events: 20_000, definitions: DEFINITIONS },
];

/** The first messages of one agent. */
interface Recording {
  readonly id: string;
  readonly kind: string;
  readonly params: Json;
  readonly inputs: readonly Input[];
}

/** Returns for each kind the agent that received most in any of the runs. */
function recordings(most: number): readonly Recording[] {
  const longest = new Map<string, Recording>();
  for (const { scenario, events, definitions } of RECORDINGS) {
    const plan = planOf({ scenario, policy: 'throttle=skip-kswapd', cpus: 4, until: 20_000_000_000 });
    for (const recording of recorded(plan, definitions, most < 1_000 ? 20 * most : events)) {
      const { kind, inputs } = recording;
      if (!(kind in MACHINES) || (kind === 'cpu' && definitions === UNSCHEDULED)) continue;
      if (definitions === DEFINITIONS && kind !== 'cpu') continue;
      if (inputs.length > (longest.get(kind)?.inputs.length ?? 0)) longest.set(kind, recording);
    }
  }
  return [...longest.values()].map((each) => ({ ...each, inputs: each.inputs.slice(0, most) }));
}

function recorded(plan: Plan, definitions: Definitions, events: number): Recording[] {
  const inputs = new Map<string, Input[]>(plan.agents.map(({ id }) => [id, []]));
  const onRow = ({ to, message, from, at, timer }: Input & { readonly to: string }): void => {
    inputs.get(to)?.push({ message, from, at, timer });
  };
  new LocalRun(plan, definitions, { finders: [], onRow }).advance(events);
  return plan.agents.map(({ id, kind, params }) => ({ id, kind, params, inputs: inputs.get(id) ?? [] }));
}

/** Starts an agent, which is not counted, and returns what lets it take all its steps. */
type Way = (recording: Recording) => () => void;

const ours: Way = ({ id, kind, params, inputs }) => {
  const definition = UNSCHEDULED.get(kind);
  if (definition === undefined) throw new Error(`no definition of ${kind}`);
  let { state } = definition.init(params, id);
  return () => {
    for (let i = 0; i < inputs.length; i += 1) ({ state } = definition.receive(state, inputs[i] as Input));
  };
};

/** A clock that never fires: what timers say is among the messages. */
const CLOCK = { setTimeout: () => 0, clearTimeout: () => undefined };

const actor: Way = (recording) => {
  const actorOf = createActor(machineOf(recording), { input: inputOf(recording), clock: CLOCK }).start();
  const events = eventsOf(recording);
  return () => {
    for (const event of events) actorOf.send(event);
  };
};

const pure: Way = (recording) => {
  const machine = machineOf(recording);
  let [snapshot] = initialTransition(machine, inputOf(recording)) as [AnyMachineSnapshot, unknown];
  const events = eventsOf(recording);
  return () => {
    for (const event of events) [snapshot] = transition(machine, snapshot, event) as [AnyMachineSnapshot, unknown];
  };
};

function machineOf({ kind }: Recording): AnyStateMachine {
  const machine = MACHINES[kind];
  if (machine === undefined) throw new Error(`no machine of ${kind}`);
  return machine;
}

const inputOf = ({ id, params }: Recording) => ({ ...(params as object), self: id });

function eventsOf(recording: Recording) {
  const timers = new TimerNames(machineOf(recording));
  return recording.inputs.map(({ message, from, at }) => {
    const type = message.type === TIMER ? timers.eventType(message) : message.type;
    return { ...message, type, from, at };
  });
}

const WAYS: Readonly<Record<string, Way>> = { ours, send: actor, transition: pure };

const way = WAYS[process.argv[2] ?? ''] ?? ours;
const all = recordings(Number(process.argv[3]));
/** CPU seconds that each kind works in a turn, at least. */
const ENOUGH = Number(process.argv[4]);

/** Answers with the nanoseconds that a step takes, by kind. */
await takeTurns(() =>
  Object.fromEntries(
    all.map((recording) => {
      let [seconds, steps] = [0, 0];
      do {
        const takeSteps = way(recording);
        seconds += cpuSeconds(takeSteps);
        steps += recording.inputs.length;
      } while (seconds < ENOUGH);
      return [recording.kind, (1e9 * seconds) / steps];
    }),
  ),
);
