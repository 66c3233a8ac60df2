/**
 * A machine's chart as data: for the inspector that draws it, for whoever counts which transitions were taken, and as
 * the names by which a step says what it did.
 */
import type { Chart, ChartEdge, ChartNode, Json, Taken } from '@dragon/engine';
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { CHANGE } from './change-action.ts';
import { stateNodes } from './state-nodes.ts';
import type { TimerNames } from './timer-names.ts';
import type { TakenTransition } from './xstate-internals.ts';

export interface ChartData {
  readonly chart: Chart;
  /** Returns a transition that XState has taken as data; the same object each time. */
  readonly taken: (transition: TakenTransition) => Taken | undefined;
}

type TransitionDefinition = TakenTransition & {
  readonly guard?: unknown;
  readonly actions: readonly unknown[];
  readonly reenter: boolean;
};

/** Returns the chart of a machine. */
export function chartData(machine: AnyStateMachine, timers: TimerNames): ChartData {
  const known = new Map<unknown, Taken>();
  const edgesOf = (node: AnyStateNode): ChartEdge[] => {
    const groups = [...node.transitions.values(), node.always ?? []] as unknown as TransitionDefinition[][];
    return groups.flatMap((group) =>
      group.map((transition, index) => {
        const by = causeOf(transition.eventType, timers);
        const target = (transition.target ?? []).map(pathOf);
        known.set(transition, { source: pathOf(node), target, by, index });
        const guard = guardName(transition.guard);
        const edge = {
          target,
          by,
          index,
          actions: transition.actions.flatMap(actionName),
          reenter: transition.reenter,
        };
        return guard === undefined ? edge : { ...edge, guard };
      }),
    );
  };
  const nodes = stateNodes(machine).map((node): ChartNode => {
    const [initial] = node.type === 'compound' ? (node.initial.target ?? []) : [];
    return {
      path: pathOf(node),
      type: node.type as ChartNode['type'],
      ...(initial === undefined ? {} : { initial: initial.key }),
      tags: node.tags,
      ...(node.meta === undefined ? {} : { meta: node.meta as Json }),
      entry: node.entry.flatMap(actionName),
      exit: node.exit.flatMap(actionName),
      edges: edgesOf(node),
    };
  });
  return { chart: { id: machine.id, nodes }, taken: (transition) => known.get(transition) };
}

const pathOf = (node: AnyStateNode): string => node.path.join('.');

/** Returns what makes a transition fire, in our words. */
function causeOf(eventType: string, timers: TimerNames): string {
  if (eventType === '') return 'always';
  const timer = timers.timer(eventType);
  if (timer !== undefined) return `after ${timer.message.name}`;
  return eventType.startsWith('xstate.done.state.') ? 'done' : eventType;
}

function guardName(guard: unknown): string | undefined {
  if (guard === undefined || typeof guard === 'string') return guard;
  if (typeof guard === 'object' && guard !== null) return (guard as { readonly type: string }).type;
  return '(inline)';
}

/** Timers start and stop with their state: that is in the edges already. */
function actionName(action: unknown): readonly string[] {
  if (typeof action === 'string') return [action];
  const type = ownType(action);
  if (type === undefined) return ['(inline)'];
  if (type === CHANGE) return ['change'];
  if (type === 'xstate.cancel' || (type === 'xstate.raise' && ownDelay(action) !== undefined)) return [];
  return [type.replace('xstate.', '')];
}

const ownType = (value: unknown): string | undefined => (value as { readonly type?: string } | undefined)?.type;
const ownDelay = (value: unknown): unknown => (value as { readonly delay?: unknown }).delay;
