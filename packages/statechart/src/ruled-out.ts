/**
 * Transitions that an agent cannot take in its run: those whose guards look only at what never changes there, as the
 * policy, and refuse; and those that come after one that always agrees. Found by asking the guards themselves, with a
 * context that gives its constants and an event that gives nothing.
 */
import type { RuledOut } from '@dragon/engine';
import type { AnyStateMachine } from 'xstate';
import type { ChartData } from './chart-data.ts';
import { type Context, NotCompilable } from './chart-stepper.ts';
import { type CompiledGuard, compiledGuard, type StepArgs } from './compiled-action.ts';
import { stateNodes } from './state-nodes.ts';
import { transitionsOf } from './xstate-internals.ts';

/** Returns the transitions in document order. `constants` are keys of the context whose values never change. */
export function ruledOut(
  machine: AnyStateMachine,
  taken: ChartData['taken'],
  constants: ReadonlySet<string>,
  context: Context,
): RuledOut[] {
  return stateNodes(machine).flatMap((node) => {
    const settled = new Map<string, readonly string[]>();
    return transitionsOf(node).flatMap((transition): RuledOut[] => {
      const known = taken(transition);
      if (known === undefined) return [];
      const { source, by, index } = known;
      const before = settled.get(by);
      if (before !== undefined) return [{ source, by, index, because: before }];
      const answer = answerOf(guardOf(transition.guard, machine), constants, context);
      if (answer === undefined) return [];
      if (answer.agrees) settled.set(by, answer.because);
      return answer.agrees ? [] : [{ source, by, index, because: answer.because }];
    });
  });
}

interface Answer {
  readonly agrees: boolean;
  /** The constants that it looked at. */
  readonly because: readonly string[];
}

/** Thrown at a guard that looks at what may be otherwise at another time. */
class MayChange extends Error {}

/** One for all, as a stack takes longer to note than a guard to ask. */
const MAY_CHANGE = new MayChange('a guard looks at what may change');

const refuse = (): never => {
  throw MAY_CHANGE;
};
/** Whatever is done to it shows that what comes of it is not settled. */
const UNSETTLED = new Proxy({}, { get: refuse, has: refuse, ownKeys: refuse, getOwnPropertyDescriptor: refuse });

/** Returns what a guard says at all times of a run; undefined if that is not settled. */
function answerOf(
  guard: CompiledGuard | undefined,
  constants: ReadonlySet<string>,
  context: Context,
): Answer | undefined {
  if (guard === undefined) return undefined;
  const because = new Set<string>();
  const settled = new Proxy(context, {
    get(target, key) {
      if (typeof key !== 'string' || !constants.has(key)) return refuse();
      because.add(key);
      return target[key];
    },
    has: refuse,
    ownKeys: refuse,
    getOwnPropertyDescriptor: refuse,
  });
  const args: StepArgs = { context: settled, event: UNSETTLED, self: UNSETTLED, system: UNSETTLED, spawn: refuse };
  try {
    return { agrees: guard(args), because: [...because] };
  } catch (error) {
    if (error instanceof MayChange) return undefined;
    throw error;
  }
}

/** A guard that the compiler does not know is not settled either. */
function guardOf(guard: unknown, machine: AnyStateMachine): CompiledGuard | undefined {
  try {
    return compiledGuard(guard, machine);
  } catch (error) {
    if (error instanceof NotCompilable) return undefined;
    throw error;
  }
}
