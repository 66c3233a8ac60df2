/**
 * The reclaim thread of a NUMA node. Linux 6.1 mm/vmscan.c: kswapd, balance_pgdat, kswapd_shrink_node, kswapd_try_to_sleep, prepare_kswapd_sleep. Leaves out
 * zones, orders, boosting, compaction, and writeback from priority 10 on.
 */
import type { AgentId } from '@dragon/engine';
import {
  delay,
  effectActions,
  INLINE_CALLER,
  type KswapdMessage,
  NEW_WALK,
  type Policy,
  type Received,
  type ReclaimContext,
  RUNNING,
  showTask,
  shrinkSlabDelays,
  shrinkSlabStates,
  type TaskMessage,
  toMemory,
  toWatchdog,
  typesOf,
} from '@dragon/kernel';
import { assign, setup } from 'xstate';

/** The first priority of a pass: lists are scanned by their size >> priority. */
const DEF_PRIORITY = 12;

export type KswapdParams = { readonly node: number; readonly policy: Policy; readonly cpus: readonly number[] };

interface KswapdContext extends ReclaimContext {
  readonly node: number;
  /** Pages scanned at this priority and reclaimed in this pass. */
  readonly scanned: number;
  readonly reclaimedNow: number;
  readonly reclaimed: number;
  readonly nrToReclaim: number;
}

type KswapdEvent = Received<KswapdMessage | TaskMessage>;

/** prepare_kswapd_sleep: goes on to `sleep` if the node is balanced or given up, and to another pass if not. */
const readingBalance = (sleep: 'shortSleep' | 'asleep') =>
  ({
    entry: {
      type: 'send',
      params: ({ context }: { context: KswapdContext }) => toMemory(context.node, { type: 'memory.readBalance' }),
    },
    on: {
      'task.balanceRead': [
        { guard: ({ event }: { event: { readonly balanced: boolean } }) => event.balanced, target: sleep },
        { target: 'balancing' },
      ],
    },
  }) as const;

export const kswapdMachine = setup({
  types: typesOf<{ context: KswapdContext; events: KswapdEvent; input: KswapdParams & { self: AgentId } }>(),
  actions: effectActions,
  delays: { ...shrinkSlabDelays, shortSleep: () => delay('kswapdShortSleep') },
}).createMachine({
  id: 'kswapd',
  context: ({ input }) => ({
    self: input.self,
    node: input.node,
    policy: input.policy,
    cpus: input.cpus,
    cpu: input.cpus[0] ?? 0,
    gfpFs: true,
    kswapd: true,
    reclaimState: true,
    priority: DEF_PRIORITY,
    walk: NEW_WALK,
    inode: null,
    caller: [...INLINE_CALLER, 'shrink_node', 'balance_pgdat', 'kswapd', 'kthread', 'ret_from_fork'],
    token: 0,
    task: RUNNING,
    scanned: 0,
    reclaimedNow: 0,
    reclaimed: 0,
    nrToReclaim: 0,
  }),
  on: {
    // Woken while it is awake already.
    'kswapd.wake': {},
    // The answer to a flush that it gave up.
    'task.workFlushed': {},
    'task.show': {
      actions: { type: 'send', params: ({ context, event }) => toWatchdog(event.from, showTask(context.task)) },
    },
  },
  initial: 'asleep',
  states: {
    asleep: { on: { 'kswapd.wake': 'balancing' } },
    balancing: {
      entry: assign({ priority: DEF_PRIORITY, reclaimed: 0 }),
      initial: 'readingBalance',
      states: {
        readingBalance: {
          entry: { type: 'send', params: ({ context }) => toMemory(context.node, { type: 'memory.readBalance' }) },
          on: {
            'task.balanceRead': [
              { guard: ({ event }) => event.balanced, target: 'passDone' },
              { target: 'shrinkingLru', actions: assign({ nrToReclaim: ({ event }) => event.highWmark }) },
            ],
          },
        },
        shrinkingLru: {
          entry: {
            type: 'send',
            params: ({ context }) =>
              toMemory(context.node, { type: 'memory.shrinkLruvec', priority: context.priority }),
          },
          on: {
            'task.lruShrunk': {
              target: 'shrinkingSlab',
              actions: assign({
                scanned: ({ event }) => event.scanned,
                reclaimedNow: ({ event }) => event.reclaimed,
                reclaimed: ({ context, event }) => context.reclaimed + event.reclaimed,
              }),
            },
          },
        },
        shrinkingSlab: {
          initial: 'lockingShrinkers',
          states: shrinkSlabStates<KswapdContext, KswapdEvent>(),
          onDone: 'raisingPriority',
        },
        raisingPriority: {
          entry: assign({
            priority: ({ context }) =>
              context.scanned < context.nrToReclaim || context.reclaimedNow === 0
                ? context.priority - 1
                : context.priority,
          }),
          always: [
            { guard: ({ context }) => context.priority >= 1, target: 'readingBalance' },
            { target: 'passFailed' },
          ],
        },
        passFailed: {
          entry: {
            type: 'send',
            params: ({ context }) =>
              context.reclaimed === 0 ? [toMemory(context.node, { type: 'memory.kswapdFailed' })] : [],
          },
          always: 'passDone',
        },
        passDone: { type: 'final' },
      },
      // Only a balanced node lets kswapd sleep; after the last priority that has to be seen.
      onDone: [{ guard: ({ context }) => context.priority < 1, target: 'preparingToSleep' }, { target: 'shortSleep' }],
    },
    preparingToSleep: readingBalance('shortSleep'),
    shortSleep: { after: { shortSleep: 'checkingBalance' }, on: { 'kswapd.wake': 'balancing' } },
    checkingBalance: readingBalance('asleep'),
  },
});
