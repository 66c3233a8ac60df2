/** `change` for parts of a statechart that several machines share; to be replaced by the chart kit's. */
import type { EventObject } from 'xstate';
import { type ChangeAction, changeAction } from './change-action.ts';

/** Returns an action that merges `change(context)` into the context. */
export function update<Shared extends object, C = unknown, E extends EventObject = EventObject>(
  change: (context: Shared, event: E) => Partial<Shared>,
): ChangeAction<Shared & C> {
  return changeAction<Shared & object>((context, event) => change(context, event as E));
}
