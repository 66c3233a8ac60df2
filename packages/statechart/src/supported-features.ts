/** What a statechart may use to be an agent, checked once when its definition is made. */
import { type AnyStateMachine, type AnyStateNode, StateMachine } from 'xstate';
import { CHANGE } from './change-action.ts';
import { effectActions } from './effect-actions.ts';

/** Throws an error that names machine and state if the machine uses what the adapter cannot carry out as data. */
export function assertSupported(machine: AnyStateMachine): void {
  if (!(machine instanceof StateMachine))
    throw new Error(
      `machine ${(machine as AnyStateMachine).id} was made with another copy of XState: install one, of the version that this package names`,
    );
  const named = machine.implementations.actions as Record<string, unknown>;
  for (const [name, implementation] of Object.entries(named)) {
    if (
      implementation === effectActions[name as keyof typeof effectActions] ||
      builtinType(implementation) === 'xstate.assign' ||
      builtinType(implementation) === CHANGE
    )
      continue;
    throw new Error(
      `machine ${machine.id}: action ${name} is a function of its own; only send, choose, log, trace (from effectActions), assign and the chart kit's change are supported`,
    );
  }
  if (machine.root.type === 'parallel' && canFinish(machine.root))
    throw new Error(
      `machine ${machine.id}: all its regions can be final, and then it would stop answering: give one of them no final state`,
    );
  const visit = (node: AnyStateNode): void => {
    assertNodeSupported(machine, node, named);
    for (const child of Object.values(node.states)) visit(child);
  };
  visit(machine.root);
}

function assertNodeSupported(machine: AnyStateMachine, node: AnyStateNode, named: Record<string, unknown>): void {
  const refuse = (what: string): never => {
    throw new Error(
      `machine ${machine.id}, state ${node.path.join('.') || '(root)'}: ${what} is not supported in an agent`,
    );
  };
  if (node.invoke.length > 0) refuse('invoke');
  if (node.type === 'history') refuse('a history state');
  if (node.parent === undefined && node.type === 'final') refuse('a final root');
  if (node.type === 'final' && node.parent === machine.root && machine.root.type !== 'parallel') {
    refuse('a final state of the machine (it would stop answering: use a plain state without transitions)');
  }
  const transitions = [...node.transitions.values()].flat().concat(node.always ?? []);
  const actions = transitions.concat(node.initial ?? []).flatMap((transition) => transition.actions);
  for (const action of [...node.entry, ...node.exit, ...actions]) {
    const problem = actionProblem(action, named, machine.implementations.delays);
    if (problem !== undefined) refuse(problem);
  }
}

/** Returns whether XState can come to call the node done. */
function canFinish(node: AnyStateNode): boolean {
  const children = Object.values(node.states);
  if (node.type === 'parallel') return children.every(canFinish);
  return node.type === 'final' || children.some((child) => child.type === 'final');
}

function actionProblem(action: unknown, named: object, delays: object): string | undefined {
  const builtin = builtinType(action);
  if (builtin === 'xstate.assign' || builtin === 'xstate.cancel' || builtin === CHANGE) return undefined;
  if (builtin === 'xstate.raise') return raiseProblem(action, delays);
  if (builtin !== undefined) return builtin.replace('xstate.', '');
  if (typeof action === 'function') return `the inline action function ${action.name || '(anonymous)'}`;
  const name = typeof action === 'string' ? action : (action as { type: string }).type;
  return name in named ? undefined : `the action ${name}, which is not in the machine's setup,`;
}

/**
 * `after` is a delayed raise of an event named `xstate.after…`; no other raise may have a delay. XState takes a delay
 * that nobody has defined for none at all, and a number would be taken for a code of `delay`.
 */
function raiseProblem(action: unknown, delays: object): string | undefined {
  const { delay, event } = action as { delay?: unknown; event?: { type?: string } };
  if (delay === undefined) return undefined;
  if (!event?.type?.startsWith('xstate.after.')) return 'a delayed raise (use `after`)';
  if (typeof delay === 'number') return `a delay in figures (${delay}: name it)`;
  return typeof delay === 'string' && delay in delays
    ? undefined
    : `the delay ${delay as string}, which is not in the machine's setup,`;
}

function builtinType(action: unknown): string | undefined {
  const type = typeof action === 'function' ? (action as { type?: unknown }).type : undefined;
  return typeof type === 'string' && (type.startsWith('xstate.') || type === CHANGE) ? type : undefined;
}
