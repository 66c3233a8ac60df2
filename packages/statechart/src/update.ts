/** `assign` for parts of a statechart that several machines share. */
import { assign, type EventObject, type MachineContext } from 'xstate';

/**
 * Returns an action that merges `change(context)` into the context. `Shared` is what the part knows of the context, `C`
 * and `E` are the context and events of the machine it is built into: XState's own `assign` cannot be typed for a
 * context it does not know yet.
 */
export function update<Shared, C extends Shared & MachineContext, E extends EventObject>(
  change: (context: Shared, event: E) => Partial<Shared>,
) {
  return assign<C, E, undefined, E, never>(({ context, event }) => change(context, event) as Partial<C>);
}
