/** What the checker leaves out of an inode cache makes no difference to anybody. */
import type { Json, Message } from '@dragon/engine';
import {
  appendInodes,
  EMPTY_INODE_LIST,
  EMPTY_TABLE,
  inodeNumber,
  type InodeList,
  type InodeRun,
  type NumberTable,
  withEntry,
} from '@dragon/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InodeCacheContext } from './cache-state.ts';
import { type Action, definition, Mount, PARAMS, steps } from './mount.fixture.ts';

type Saved = { readonly context: InodeCacheContext };

/** Of a CPU, as runs. */
type Callbacks = { readonly cpu: number; readonly inodes: unknown; readonly dentries: unknown };

/** What `project` returns: lists are runs. */
type Behaviour = Pick<InodeCacheContext, 'pageCache'> &
  Record<'rcuNext' | 'rcuWaiting' | 'rcuDone', readonly Callbacks[]> & { readonly [part: string]: unknown };

const listOf = (runs: unknown): InodeList => appendInodes(EMPTY_INODE_LIST, runs as InodeRun[]);

const behaviourOf = (state: unknown): Json => definition.project?.(state) ?? null;

/** The state with its lists made anew from what is behaviour of them, and with nothing counted. */
function remade(state: unknown): unknown {
  const { context: saved, ...shape } = definition.save(state) as unknown as Saved;
  const { context } = behaviourOf(state) as unknown as { readonly context: Behaviour };
  const { pageCache, rcuNext, rcuWaiting, rcuDone } = context;
  const callbacks = (all: readonly Callbacks[]) =>
    all.reduce<NumberTable<unknown>>(
      (table, { cpu, inodes: ofInodes, dentries }) =>
        withEntry(table, cpu, { inodes: listOf(ofInodes), dentries: listOf(dentries) }),
      EMPTY_TABLE,
    );
  const lists = Object.fromEntries(
    ['dentryLru', 'lruOrder', 'cil', 'ail'].map((name) => [name, listOf(context[name])] as const),
  );
  return definition.restore({
    ...shape,
    context: {
      ...saved,
      ...lists,
      freed: 0,
      pageCache: { ...pageCache, order: listOf(pageCache.order) },
      rcuNext: callbacks(rcuNext),
      rcuWaiting: callbacks(rcuWaiting),
      rcuDone: callbacks(rcuDone),
    } as never,
  });
}

const told =
  (message: Message): Action =>
  (mount) =>
    mount.give(message);
const fired =
  (timer: string): Action =>
  (mount) =>
    mount.fire(timer);
const inodes = (agino: number, count: number): InodeRun[] => [
  { ino: inodeNumber(3, agino), count, fate: 'unlinked' as const },
];
const created = told({ type: 'inodeCache.created', inodes: inodes(0, 200) });
const unlinked = (which: InodeRun[]): Action => told({ type: 'inodeCache.lastReference', inodes: which, cpu: 0 });
const inactivated = (agino: number, count: number): Action[] => [
  unlinked(inodes(agino, count)),
  told({ type: 'inodeCache.setReclaimable', inodes: inodes(agino, count), logged: count, itemPages: 0 }),
];
const closed = (agino: number, pages: number): Action =>
  told({ type: 'inodeCache.released', inodes: inodes(agino, 1), pages });
const pagesReclaimed = (pages: number): Action => told({ type: 'inodeCache.pageCacheReclaimed', pages });

/** Histories in which a name that has gone once made a difference. */
const HISTORIES: readonly (readonly Action[])[] = [
  // A scan isolates the neighbours of one that has gone from before them: in one run.
  [
    unlinked([{ ino: inodeNumber(0, 0), count: 1, fate: 'unlinked' }]),
    told({ type: 'inodeCache.scanObjects', shrinker: 'sb-xfs:sda', nrToScan: 3, gfpFs: true, cpu: 0 }),
  ],
  // The page cache of one between two neighbours is truncated: theirs is reclaimed as that of neighbours.
  [
    pagesReclaimed(PARAMS.cachedPages),
    created,
    ...[1, 9, 2].map((agino) => closed(agino, 1)),
    closed(12, 3),
    unlinked(inodes(9, 1)),
    pagesReclaimed(3),
  ],
  // Of a run in the AIL the first have been written with their cluster; one that precedes those comes into the AIL.
  [
    created,
    ...inactivated(0, 1),
    fired('logWorker'),
    fired('logForce'),
    ...inactivated(100, 30),
    ...inactivated(20, 21),
    fired('logForce'),
    fired('xfsaildSleep'),
    fired('writeCluster'),
    ...inactivated(19, 1),
    fired('logWorker'),
    fired('logForce'),
  ],
];

test('a cache that has forgotten who has gone answers as one that has not, and goes on alike', () => {
  let compared = 0;
  fc.assert(
    fc.property(steps, (all) => {
      const mount = new Mount((before, input, step) => {
        const other = definition.receive(remade(before), input);
        expect(other.effects).toEqual(step.effects);
        expect(behaviourOf(other.state)).toEqual(behaviourOf(step.state));
        if (JSON.stringify(definition.save(other.state)) !== JSON.stringify(definition.save(step.state))) compared += 1;
      });
      for (const step of all) step(mount);
    }),
    { numRuns: 40, examples: HISTORIES.map((history) => [[...history]]) },
  );
  // Otherwise nothing has been forgotten.
  expect(compared).toBeGreaterThan(0);
});
