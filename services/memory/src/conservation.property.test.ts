/**
 * No page is lost or made, whatever tasks, reclaimers and the OOM killer do; and a fault that loses or doubles one does
 * not pass unseen.
 */
import type { FreedUse, MemoryMessage } from '@dragon/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { messageAnswered } from './machine.ts';
import { KERNEL } from './memory-node.fixture.ts';
import { assertConserved, assertListed } from './conservation.ts';
import { fileLruPages, initialState, type MemoryContext, outcomeSettled } from './node-state.ts';
import { reap } from './oom-killer.ts';
import { boostedMarks } from './watermark-boost.ts';

const TASKS = ['hog/0', 'hog/1', 'stream/0'];
const USES: readonly FreedUse[] = ['anon', 'file', 'cached-file', 'slab'];

const steps = fc.array(
  fc.record({
    from: fc.constantFrom(...TASKS),
    what: fc.constantFrom(
      'take',
      'take',
      'take',
      'give',
      'give',
      'shrink',
      'shrink',
      'throttle',
      'kswapd',
      'kill',
      'reap',
    ),
    use: fc.constantFrom(...USES),
    pages: fc.nat(1_200),
    path: fc.constantFrom('fast', 'slow', 'last-try'),
    victim: fc.boolean(),
    memalloc: fc.boolean(),
    priority: fc.nat(12),
  }),
  { maxLength: 150, size: 'max' },
);

/** What each owner believes to have. */
type Held = Map<string, number>;

const ownerOf = (from: string, use: FreedUse): string =>
  use === 'slab' || use === 'cached-file' ? use : `${from} ${use}`;

test('pages are conserved', () => {
  fc.assert(
    fc.property(steps, (all) => {
      let state = initialState({ node: 0, managed: 20_000, free: 3_000, lruFile: 500, activeFile: 700, slab: 6_000 });
      const held: Held = new Map([['slab', 6_000]]);
      const say = (from: string, message: MemoryMessage): MemoryContext => {
        [state] = messageAnswered(state, { ...message, from });
        assertListed(state);
        assertBoosted(state);
        expect(state.freePages + fileLruPages(state) + state.anonPages + state.slab + state.other).toBe(20_000);
        return state;
      };
      for (const { from, what, use, pages, path, victim, memalloc, priority } of all) {
        const owner = ownerOf(from, use);
        const has = held.get(owner) ?? 0;
        switch (what) {
          case 'take': {
            const before = state.freePages;
            say(from, { type: 'memory.allocate', pages, use, gfp: { fs: true, memalloc, victim }, path });
            held.set(owner, has + before - state.freePages);
            break;
          }
          case 'give': {
            const most = use === 'cached-file' ? cachedPages(state) : has;
            const given = Math.min(pages, most);
            say(from, { type: 'memory.free', pages: given, use });
            held.set(owner, has - given);
            break;
          }
          case 'shrink':
            say(from, { type: 'memory.shrinkLruvec', priority, nrToReclaim: 1 + pages });
            break;
          case 'throttle':
            say(from, { type: 'memory.throttleDirectReclaim', gfpFs: victim });
            break;
          case 'kswapd':
            say('kswapd/0', { type: 'memory.wakePfmemalloc' });
            say('kswapd/0', { type: 'memory.kswapdWaits', waits: victim });
            say('kswapd/0', { type: victim ? 'memory.passEnded' : 'memory.passBegun' });
            if (memalloc) say('kswapd/0', { type: 'memory.kswapdFailed' });
            break;
          case 'kill':
            say(from, { type: 'memory.outOfMemory', gfp: KERNEL, order: 0 });
            break;
          case 'reap':
            [state] = outcomeSettled(state, reap(state));
            break;
        }
      }
      // Everybody gives back what it believes to have: then nothing but page cache that nobody owns and slab is left.
      for (const from of TASKS)
        for (const use of ['anon', 'file'] as const)
          say(from, { type: 'memory.free', pages: held.get(ownerOf(from, use)) ?? 0, use });
      expect(state).toMatchObject({ anon: {}, anonPages: 0, victim: null, slab: held.get('slab') });
    }),
    { numRuns: 200 },
  );
});

/** The marks are as far up as the boost says, which is within its bounds; what is free of slab's blocks is free. */
function assertBoosted({ marks, baseMarks, boosting, freePages }: MemoryContext): void {
  const { boost, atPass, reclaimableFree, unmovableFree } = boosting;
  expect(marks).toEqual(boostedMarks(baseMarks, boosting));
  expect(boost).toBeLessThanOrEqual(Math.max(512, 1.5 * baseMarks.high));
  const movableFree = freePages - reclaimableFree - unmovableFree;
  expect([atPass, boost - atPass, reclaimableFree, unmovableFree, movableFree].filter((each) => each < 0)).toEqual([]);
}

const cachedPages = ({ lru }: MemoryContext): number =>
  [...lru.active.runs, ...lru.inactive.runs].reduce(
    (sum, run) => (run.owner === 'cached-files' ? sum + run.pages : sum),
    0,
  );

test('a lost page, a page made of nothing and a count below nothing are found at the next event', () => {
  const state = initialState({ node: 0, managed: 20_000, free: 3_000, lruFile: 500, slab: 100 });
  const look = (change: Partial<MemoryContext>) => () =>
    messageAnswered({ ...state, ...change }, { type: 'memory.readBalance', from: 'kswapd/0' });
  expect(look({})).not.toThrow();
  expect(look({ freePages: 2_999 })).toThrow('has 20000 pages, but 19999 are accounted for');
  expect(look({ slab: 101 })).toThrow('but 20001 are');
  expect(look({ slab: -1, freePages: 3_101 })).toThrow('cannot be');
  expect(() => initialState({ node: 0, managed: 100, free: 101 })).toThrow('cannot be');
  expect(() => assertConserved({ ...state, anonPages: 0.5, freePages: 2_999.5 })).toThrow('cannot be');
  expect(() => assertListed({ ...state, lru: { ...state.lru, active: { runs: [], pages: 1 } } })).toThrow('lists');
  expect(() => assertListed({ ...state, anon: [[{ owner: 'hog/0', pages: 1 }]] })).toThrow('anonymous');
});
