/** Actions and guards of a chart in the form in which a compiled step runs them. */
import { and, type AnyStateMachine, not, or } from 'xstate';
import { CHANGE } from './change-action.ts';
import { NotCompilable } from './chart-stepper.ts';
import type { Timer, TimerNames } from './timer-names.ts';

/** What a compiled step hands to the functions of a chart: one object for all of them, which none may keep. */
export interface StepArgs {
  context: object;
  event: object;
  readonly self: object;
  readonly system: object;
  readonly spawn: () => never;
}

type Run = (args: StepArgs, params?: unknown) => unknown;

/** What an action does. */
type Act =
  | 'change'
  | 'assign'
  | 'assignKeys'
  | 'send'
  | 'choose'
  | 'log'
  | 'raise'
  | 'setTimer'
  | 'cancelTimer'
  | 'done';

/** An action. All kinds have all fields, so that V8 sees one shape. */
export interface CompiledAction {
  readonly act: Act;
  /** The function that says what is done; undefined where `fixed` says it. */
  readonly run: Run | undefined;
  readonly fixed: unknown;
  /** The parameters of a named assign, or the delay of a timer; a function or what it would return. */
  readonly extra: unknown;
  readonly timer: Timer | undefined;
}

export const actionOf = (act: Act, run?: Run, fixed?: unknown, extra?: unknown, timer?: Timer): CompiledAction => ({
  act,
  run,
  fixed,
  extra,
  timer,
});

/** Returns what is given, or what the function says. */
export function valueOf(value: unknown, args: StepArgs): unknown {
  return typeof value === 'function' ? (value as Run)(args) : value;
}

/** An action as a config has it: its name, its name with parameters, or a function that XState has made. */
type ActionConfig = string | { readonly type: string; readonly params?: unknown } | BuiltinFunction;
type BuiltinFunction = Run & {
  readonly type: string;
  readonly resolve?: unknown;
  readonly next?: Run;
  readonly assignment?: Run | { readonly [key: string]: unknown };
  readonly event?: Run | object;
  readonly id?: string;
  readonly delay?: unknown;
  readonly sendId?: unknown;
};

/** Returns an action compiled. Throws NotCompilable for what needs an actor. */
export function compiledAction(
  action: ActionConfig,
  { implementations }: AnyStateMachine,
  timers: TimerNames,
): CompiledAction {
  const isInline = typeof action === 'function';
  const type = isInline ? '' : typeof action === 'string' ? action : action.type;
  const params = isInline || typeof action === 'string' ? undefined : action.params;
  const named = implementations.actions as { readonly [name: string]: BuiltinFunction | undefined };
  const implementation = isInline ? action : named[type];
  if (implementation?.resolve !== undefined)
    return builtinAction(implementation, params, implementations.delays, timers);
  const run = typeof params === 'function' ? (params as Run) : undefined;
  switch (type) {
    case 'send':
    case 'trace':
      return actionOf('send', run, params);
    case 'choose':
      return actionOf('choose', run, params);
    case 'log':
      return actionOf('log', run, params);
    default:
      throw new NotCompilable(`the action ${type}`);
  }
}

function builtinAction(
  { type, next, assignment, event, id = '', delay, sendId }: BuiltinFunction,
  params: unknown,
  delays: { readonly [name: string]: unknown },
  timers: TimerNames,
): CompiledAction {
  switch (type) {
    case CHANGE:
      return actionOf('change', next);
    case 'xstate.assign':
      if (typeof assignment === 'function') return actionOf('assign', assignment, undefined, params);
      return actionOf('assignKeys', undefined, Object.entries(assignment ?? {}), params, undefined);
    case 'xstate.raise': {
      const run = typeof event === 'function' ? (event as Run) : undefined;
      if (delay === undefined) return actionOf('raise', run, event, params);
      const timer = timers.timer(id);
      if (timer === undefined) throw new NotCompilable(`the delayed raise ${id}`);
      return actionOf('setTimer', undefined, undefined, typeof delay === 'string' ? delays[delay] : delay, timer);
    }
    case 'xstate.cancel': {
      const timer = typeof sendId === 'string' ? timers.timer(sendId) : undefined;
      if (timer === undefined) throw new NotCompilable('cancel of what is no timer of a state');
      return actionOf('cancelTimer', undefined, undefined, undefined, timer);
    }
    default:
      throw new NotCompilable(`the action ${type}`);
  }
}

/** A guard compiled. */
export type CompiledGuard = (args: StepArgs) => boolean;

type GuardConfig = string | { readonly type: string; readonly params?: unknown } | GuardFunction | undefined;
type GuardFunction = ((args: StepArgs, params?: unknown) => boolean) & {
  readonly check?: unknown;
  readonly guards?: readonly GuardConfig[];
};

const checkOf = (guard: unknown): unknown => (guard as GuardFunction).check;
const AND = checkOf(and([]));
const OR = checkOf(or([]));
const NOT = checkOf(not(() => true));

/** Returns a guard compiled; undefined if there is none. Throws NotCompilable for those that look at the states. */
export function compiledGuard(guard: unknown, machine: AnyStateMachine): CompiledGuard | undefined {
  if (guard === undefined) return undefined;
  const config = guard as NonNullable<GuardConfig>;
  const isInline = typeof config === 'function';
  const name = isInline ? '' : typeof config === 'string' ? config : config.type;
  const resolved = isInline
    ? config
    : (machine.implementations.guards as { readonly [name: string]: GuardConfig })[name];
  if (resolved === undefined) throw new NotCompilable(`the guard ${name}, which is not in the machine's setup`);
  if (typeof resolved !== 'function') return compiledGuard(resolved, machine);
  if (resolved.check !== undefined) return combinedGuard(resolved, machine);
  const params = isInline || typeof config === 'string' ? undefined : config.params;
  if (params === undefined) return resolved;
  return (args) => resolved(args, valueOf(params, args));
}

function combinedGuard({ check, guards = [] }: GuardFunction, machine: AnyStateMachine): CompiledGuard {
  const parts = guards.flatMap((each): CompiledGuard[] => {
    const part = compiledGuard(each, machine);
    return part === undefined ? [] : [part];
  });
  if (check === AND) return (args) => parts.every((part) => part(args));
  if (check === OR) return (args) => parts.some((part) => part(args));
  if (check === NOT) return (args) => !parts.some((part) => part(args));
  throw new NotCompilable('a guard that looks at the states');
}
