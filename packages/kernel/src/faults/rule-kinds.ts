/** Kinds of faults that are rules from an instant on, of one fate each; a plan file says more of rules. */
import { type FateKind, MICROSECOND, MILLISECOND } from '@dragon/engine';
import { FATE_KINDS } from './fate-kinds.ts';
import type { FaultKind, FaultParam } from './fault-kind.ts';
import { lasting, percent } from './fault-params.ts';

export function ruleKinds(): FaultKind[] {
  const later = (about: string): FaultParam => ({ ...lasting(about, MILLISECOND, 1), name: 'by' });
  const span = [
    later('how much later'),
    { ...lasting('if it is drawn from a span: the longest', null, 1), name: 'up-to' },
  ];
  const often = percent('how many of a hundred it strikes');
  const inForce = lasting('how long it is in force', null, MICROSECOND);
  const params: { readonly [Kind in FateKind]: readonly FaultParam[] } = {
    delay: [...span, often, inForce],
    hold: [often, lasting('how long it is in force: then what was held is let go', 10 * MILLISECOND, MICROSECOND)],
    reorder: [...span, often, inForce],
    drop: [often, inForce],
    duplicate: [...span, often, inForce],
  };
  const kinds: readonly FateKind[] = ['delay', 'hold', 'reorder', 'drop', 'duplicate'];
  return kinds.map((kind) => ({
    kind,
    fate: kind,
    group: 'rule',
    label: kind,
    title: [`${kind.slice(0, 1).toUpperCase()}${kind.slice(1)} what goes to `, ''],
    about: `from then on, of a message or a timer: ${FATE_KINDS[kind].about}`,
    standsFor: FATE_KINDS[kind].standsFor,
    leavesOut: 'fates that no kernel could give to a message of that type, which are refused',
    fits: [],
    target: { param: 'to', by: 'id', otherwise: 'anybody' },
    params: params[kind],
    names: [
      {
        name: 'what',
        about: 'which messages, or timers of the target',
        of: 'what',
        otherwise: 'all messages that admit it',
      },
      { name: 'from', about: 'who sends them', of: 'agent', otherwise: 'anybody' },
    ],
    alone: false,
  }));
}
