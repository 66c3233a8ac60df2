/**
 * Engine events/s over XState's own `createActor().send`: the same machines receive the same messages in the same
 * order.
 */
import { type AgentDefinition, type Plan, type Row, runPlan } from '@dragon/engine';
import { agMachine } from '@dragon/ag';
import { cpuMachine } from '@dragon/cpu';
import { inodeCacheMachine } from '@dragon/inode-cache';
import { inodegcMachine } from '@dragon/inodegc';
import { kswapdMachine } from '@dragon/kswapd';
import { memoryMachine } from '@dragon/memory';
import { repairMachine } from '@dragon/repair';
import { DEFINITIONS } from '@dragon/scenarios';
import { shrinkersMachine } from '@dragon/shrinkers';
import { watchdogMachine } from '@dragon/watchdog';
import { allocatingTaskMachine, evictingTaskMachine } from '@dragon/workload';
import { TIMER, TimerNames } from '@dragon/statechart';
import { type AnyStateMachine, createActor } from 'xstate';
import { planOf } from '../simulation/simulate.ts';
import { count, median, printRatio, seconds } from './figures.ts';

const MACHINES: Readonly<Record<string, AnyStateMachine>> = {
  ag: agMachine,
  allocator: allocatingTaskMachine,
  closer: evictingTaskMachine,
  cpu: cpuMachine,
  'inode-cache': inodeCacheMachine,
  inodegc: inodegcMachine,
  kswapd: kswapdMachine,
  memory: memoryMachine,
  repair: repairMachine,
  shrinkers: shrinkersMachine,
  unlinker: evictingTaskMachine,
  watchdog: watchdogMachine,
};

/** Without the scheduler: threads run as soon as they are told something, as an actor does. */
const UNSCHEDULED = new Map<string, AgentDefinition>(
  [...DEFINITIONS].map(([kind, definition]) => [
    kind,
    'inner' in definition ? (definition.inner as AgentDefinition) : definition,
  ]),
);

const REPEATS = 9;
/** A clock that never fires: the timers' events are among the messages. */
const CLOCK = { setTimeout: () => 0, clearTimeout: () => undefined };

export async function engineOverXState(): Promise<void> {
  const plan = planOf({ scenario: 'seed-deadlock', policy: 'throttle=skip-kswapd', cpus: 4, until: 20_000_000_000 });
  const rows: Row[] = [];
  runPlan(plan, UNSCHEDULED, { finders: [], onRow: (row) => rows.push(row) });
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let repeat = 0; repeat <= REPEATS; repeat += 1) {
    // Side by side, so that both meet the same moods of the machine; the first pair warms up.
    const engine = seconds(() => void runPlan(plan, UNSCHEDULED, { finders: [] }));
    const actors = xstateSeconds(plan, rows);
    if (repeat === 0) continue;
    ours.push(rows.length / engine);
    theirs.push(rows.length / actors);
  }
  const ratio = median(ours.map((rate, i) => rate / (theirs[i] ?? rate)));
  console.log(
    `engine: ${count(median(ours))} events/s; XState createActor().send: ${count(median(theirs))} events/s (${count(rows.length)} events)`,
  );
  printRatio('engine over XState', ratio, 'at least 0.9', ratio >= 0.9);
}

/** Starting the actors is not counted; in the engine it is. */
function xstateSeconds(plan: Plan, rows: readonly Row[]): number {
  const timers = new Map(Object.entries(MACHINES).map(([kind, machine]) => [kind, new TimerNames(machine)]));
  const actors = new Map(
    plan.agents.map(({ id, kind, params }) => {
      const machine = MACHINES[kind];
      if (machine === undefined) throw new Error(`no machine for ${kind}`);
      const input = { ...(params as object), self: id };
      return [id, createActor(machine, { input, clock: CLOCK }).start()] as const;
    }),
  );
  const kinds = new Map(plan.agents.map(({ id, kind }) => [id, kind]));
  const events = rows.map(({ to, from, message }) => {
    const type = message.type === TIMER ? timers.get(kinds.get(to) ?? '')?.eventType(message) : message.type;
    return { actor: actors.get(to), event: { ...message, type: type ?? message.type, from } };
  });
  return seconds(() => {
    for (const { actor, event } of events) actor?.send(event);
  });
}
