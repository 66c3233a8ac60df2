/**
 * A lock that goes round in a ring: who gets it holds it, counts that, and hands it on to the next. The same chart
 * twice: for our engine, and for XState's own actors.
 */
import { type AgentDefinition, type Definitions, Engine, type Plan } from '@dragon/engine';
import { chartKit, effectActions, fromMachine, typesOf } from '@dragon/statechart';
import { type AnyActorRef, assign, createActor, sendTo, setup } from 'xstate';

/** `left`: how many times more it is handed on. */
interface Granted {
  readonly type: 'lock.granted';
  readonly left: number;
}

interface Holder {
  readonly next: string;
  readonly held: number;
  readonly left: number;
}

type HolderParams = Pick<Holder, 'next' | 'left'>;

const { guard, on, send } = chartKit<Holder, Granted>();

const holderMachine = setup({
  types: typesOf<{ context: Holder; events: Granted; input: HolderParams }>(),
  actions: effectActions,
}).createMachine({
  id: 'holder',
  context: ({ input: { next, left } }) => ({ next, held: 0, left }),
  initial: 'starting',
  states: {
    starting: { always: [{ guard: guard(({ left }) => left > 0), target: 'holding' }, { target: 'waiting' }] },
    waiting: {
      on: {
        'lock.granted': {
          target: 'holding',
          actions: on('lock.granted', ({ held }, { left }) => ({ held: held + 1, left })),
        },
      },
    },
    holding: {
      always: [
        {
          guard: guard(({ left }) => left > 0),
          target: 'waiting',
          actions: send(({ next, left }) => ({
            kind: 'send',
            to: next,
            message: { type: 'lock.granted', left: left - 1 },
          })),
        },
        { target: 'waiting' },
      ],
    },
  },
});

const holder = fromMachine('holder', holderMachine, {
  copiers: [(c) => ({ next: c['next'], held: c['held'], left: c['left'] })],
}) as AgentDefinition;
const definitions: Definitions = new Map([['holder', holder]]);

/** Returns what lets the lock go on so many times round a ring of agents in our engine, digest and all. */
export function ringOfAgents(size: number): (handOvers: number) => void {
  const plan: Plan = {
    seed: 1,
    agents: Array.from({ length: size }, (_, i) => ({
      id: `holder/${i}`,
      kind: 'holder',
      params: { next: `holder/${(i + 1) % size}`, left: i === 0 ? Number.MAX_SAFE_INTEGER : 0 },
    })),
    resources: [],
    latency: { delays: {}, links: { default: 1_000 } },
    until: Number.MAX_SAFE_INTEGER,
    grace: 1,
    stopOnFinding: false,
  };
  const engine = new Engine({ plan, definitions });
  return (handOvers) => {
    if (engine.run(plan.until, handOvers) !== handOvers) throw new Error('the lock was lost');
  };
}

interface HolderActor extends Omit<Holder, 'next'> {
  readonly next: () => AnyActorRef;
}

const holderActorMachine = setup({
  types: typesOf<{ context: HolderActor; events: Granted; input: Pick<HolderActor, 'next'> }>(),
}).createMachine({
  id: 'holder',
  context: ({ input: { next } }) => ({ next, held: 0, left: 0 }),
  initial: 'waiting',
  states: {
    waiting: {
      on: {
        'lock.granted': {
          target: 'holding',
          actions: assign(({ context, event }) => ({ held: context.held + 1, left: event.left })),
        },
      },
    },
    holding: {
      always: [
        {
          guard: ({ context }) => context.left > 0,
          target: 'waiting',
          actions: sendTo(
            ({ context }) => context.next(),
            ({ context }): Granted => ({ type: 'lock.granted', left: context.left - 1 }),
          ),
        },
        { target: 'waiting' },
      ],
    },
  },
});

/** The same with XState's actors and their mailboxes. */
export function ringOfActors(size: number): (handOvers: number) => void {
  const ring: AnyActorRef[] = [];
  for (let i = 0; i < size; i += 1) {
    const next = (): AnyActorRef => ring[(i + 1) % size] as AnyActorRef;
    ring.push(createActor(holderActorMachine, { input: { next } }).start());
  }
  const held = () => {
    const contexts = ring.map((actor) => (actor.getSnapshot() as { readonly context: HolderActor }).context);
    return contexts.reduce((sum, context) => sum + context.held, 0);
  };
  return (handOvers) => {
    const before = held();
    ring[0]?.send({ type: 'lock.granted', left: handOvers - 1 });
    if (held() - before !== handOvers) throw new Error('the lock was lost');
  };
}
