/**
 * Random charts through our adapter and through XState's own actor, with the kit's actions in them, which an actor runs
 * as any other: the same contexts, values, effects and timers after each step.
 */
import type { Effect } from '@dragon/engine';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AnyMachineSnapshot, type AnyStateMachine, createActor } from 'xstate';
import { CHANGE } from './change-action.ts';
import { namedDelay } from './delays.ts';
import { machineOf, MESSAGES, randomRegions } from './random-chart.fixture.ts';
import { fromMachine } from './statechart.ts';

interface PendingTimer {
  readonly id: number;
  readonly code: number;
  readonly fire: () => void;
}

/** XState's actor of a machine, with a clock that stands still and an ear for what it does. */
function actorOf(machine: AnyStateMachine) {
  const timers: PendingTimer[] = [];
  const said: Effect[] = [];
  let id = 0;
  const clock = {
    setTimeout: (fire: () => void, code: number) => {
      id += 1;
      timers.push({ id, code, fire });
      return id;
    },
    clearTimeout: (gone: number) => {
      const at = timers.findIndex((timer) => timer.id === gone);
      if (at >= 0) timers.splice(at, 1);
    },
  };
  const actor = createActor(machine, {
    input: {},
    clock,
    inspect: (seen) => {
      if (seen.type !== '@xstate.action') return;
      const { type, params } = seen.action as { readonly type: string; readonly params: unknown };
      if (type === CHANGE) said.push(...(params as readonly Effect[]));
      if (type !== 'log') return;
      for (const text of (params as { readonly lines: readonly string[] }).lines) said.push({ kind: 'log', text });
    },
  });
  return { actor: actor.start(), timers, said };
}

test('XState does what we do', () => {
  const picks = fc.array(fc.nat(20), { minLength: 1, maxLength: 15 });
  fc.assert(
    fc.property(randomRegions, picks, (regions, all) => {
      const machine = machineOf(regions);
      const agent = fromMachine('random', machine);
      const { actor, timers: theirTimers, said } = actorOf(machine);
      const timers: (Effect & { readonly kind: 'setTimer' })[] = [];
      let { state, effects } = agent.init({}, 'r');
      const compare = (): void => {
        for (const effect of effects) {
          if (effect.kind !== 'setTimer' && effect.kind !== 'cancelTimer') continue;
          const at = timers.findIndex(({ timer }) => timer === effect.timer);
          if (at >= 0) timers.splice(at, 1);
          if (effect.kind === 'setTimer') timers.push(effect);
        }
        const theirs = actor.getSnapshot() as AnyMachineSnapshot;
        expect(effects.filter(({ kind }) => kind === 'log')).toEqual(said.splice(0));
        expect([state.value, state.context]).toEqual([theirs.value, theirs.context]);
        expect(timers.map((each) => each.delay)).toEqual(theirTimers.map(({ code }) => namedDelay(code)));
      };
      compare();
      for (const pick of all) {
        const index = pick % (MESSAGES.length + timers.length);
        const type = MESSAGES[index];
        if (type === undefined) {
          const at = index - MESSAGES.length;
          const [timer] = timers.splice(at, 1);
          const [theirTimer] = theirTimers.splice(at, 1);
          if (timer === undefined || theirTimer === undefined) throw new Error(`no timer ${at}`);
          theirTimer.fire();
          ({ state, effects } = agent.receive(state, { message: timer.message, from: 'r', at: 0, timer: timer.timer }));
        } else {
          actor.send({ type });
          ({ state, effects } = agent.receive(state, { message: { type }, from: 'x', at: 0 }));
        }
        compare();
      }
      actor.stop();
    }),
    { numRuns: 60 },
  );
});
