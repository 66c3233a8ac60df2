/** What the checker leaves out of an inode cache makes no difference to anybody. */
import { appendInodes, EMPTY_INODE_LIST, type InodeList, type InodeRun } from '@dragon/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InodeCacheContext } from './cache-state.ts';
import { definition, Mount, steps } from './mount.fixture.ts';

type Saved = { readonly context: InodeCacheContext };

/** What `project` returns: lists are runs. */
type Behaviour = Pick<InodeCacheContext, 'pageCache' | 'rcuNext' | 'rcuWaiting'> & { readonly [part: string]: unknown };

const listOf = (runs: unknown): InodeList => appendInodes(EMPTY_INODE_LIST, runs as InodeRun[]);

/** The state with its lists made anew from what is behaviour of them, and with nothing counted. */
function remade(state: unknown): unknown {
  const { context: saved, ...shape } = definition.save(state) as unknown as Saved;
  const { context } = definition.project?.(state) as unknown as { readonly context: Behaviour };
  const { pageCache, rcuNext, rcuWaiting } = context;
  const callbacks = ({ inodes, dentries }: { readonly inodes: unknown; readonly dentries: unknown }) => ({
    inodes: listOf(inodes),
    dentries: listOf(dentries),
  });
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
    } as never,
  });
}

test('a cache that has forgotten who has gone answers as one that has not, and goes on alike', () => {
  let compared = 0;
  fc.assert(
    fc.property(steps, (all) => {
      const mount = new Mount((before, input, step) => {
        const other = definition.receive(remade(before), input);
        expect(other.effects).toEqual(step.effects);
        expect(definition.project?.(other.state)).toEqual(definition.project?.(step.state));
        if (JSON.stringify(definition.save(other.state)) !== JSON.stringify(definition.save(step.state))) compared += 1;
      });
      for (const step of all) step(mount);
    }),
    { numRuns: 40 },
  );
  // Otherwise nothing has been forgotten.
  expect(compared).toBeGreaterThan(0);
});
