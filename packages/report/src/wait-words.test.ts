/** Tests of the words on a drawing of waits. */
import { agBuffer, inodegcWork, kernelResources, SB_INTERNAL, SHRINKER_RWSEM, SHRINKERS_SRCU } from '@dragon/kernel';
import { expect, test } from 'vitest';
import { reportNames } from './report-names.ts';
import { SEED_PLAN } from './seed-deadlock.fixture.ts';
import { plainText, type Sentence } from './sentence.ts';
import {
  blockedFor,
  cardHolds,
  cardWait,
  deadlockCaption,
  edgeLabel,
  resourceLaneText,
  resourceLaneTitle,
  stackWaitText,
  waitBarText,
  waitingCount,
  waitLine,
} from './wait-words.ts';

const NAMES = reportNames({
  ...SEED_PLAN,
  resources: kernelResources({ nodes: [0], cpus: [0], ags: [0], shrinkers: ['xfs-buf:x'], disks: ['sda'] }),
});
const AGI = { resource: agBuffer('AGI', 0), lock: '' } as const;
const RWSEM = { resource: SHRINKER_RWSEM, lock: 'W' } as const;
const WORK = { resource: inodegcWork(0), lock: '' } as const;

function edge(...parameters: Parameters<typeof edgeLabel>): string[] {
  const { what, who } = edgeLabel(...parameters);
  return [what, who].map(plainText);
}

test('an arrow has what is wanted, and who has it', () => {
  expect(edge(AGI, { agent: 'repair', mode: '' }, NAMES)).toEqual(['AGI of AG 0', 'xfs_scrub holds it']);
  expect(edge(WORK, { agent: 'inodegc/0', mode: '' }, NAMES)).toEqual([
    'inodegc work of CPU 0',
    'kworker/0:1 must finish it',
  ]);
  expect(edge(RWSEM, { agent: 'kswapd/0', mode: 'R' }, NAMES)).toEqual(['shrinker_rwsem (W)', 'kswapd0 holds it (R)']);
  const srcu = { resource: SHRINKERS_SRCU, lock: '' } as const;
  expect(edge(srcu, { agent: 'kswapd/0', mode: 'R' }, NAMES)).toEqual([
    'SRCU readers of the shrinkers',
    'kswapd0 is one of them',
  ]);
});

test('names and resources in words can be told from the rest', () => {
  expect(edgeLabel(RWSEM, { agent: 'kswapd/0', mode: 'R' }, NAMES)).toEqual({
    what: [{ text: 'shrinker_rwsem (W)', resource: SHRINKER_RWSEM }],
    who: [{ text: 'kswapd0', agent: 'kswapd/0' }, { text: ' holds it (R)' }],
  });
});

test('a card says what a task waits for and what it has, things of one place together', () => {
  const holds = (...held: [resource: string, mode: '' | 'R' | 'W'][]): string =>
    plainText(
      cardHolds(
        held.map(([resource, mode]) => ({ resource, mode })),
        NAMES,
      ),
    );
  expect([AGI, RWSEM, WORK].map((asked) => plainText(cardWait(asked, NAMES)))).toEqual([
    'waits for the AGI of AG 0',
    'waits for shrinker_rwsem (W)',
    'waits for the inodegc work of CPU 0',
  ]);
  expect(holds()).toBe('');
  expect(holds([SB_INTERNAL, 'R'], [agBuffer('AGI', 0), ''], [agBuffer('AGF', 0), ''])).toBe(
    'holds sb_internal (R), AGI and AGF of AG 0',
  );
  expect(holds([inodegcWork(0), ''], [SB_INTERNAL, 'R'], [agBuffer('AGI', 0), ''])).toBe(
    'runs the inodegc work of CPU 0; holds sb_internal (R), the AGI of AG 0',
  );
});

test('lanes, stacks and lines', () => {
  const lane = (queued: number, ...holders: { agent: string; mode: '' | 'R' }[]): Sentence =>
    resourceLaneText(SHRINKER_RWSEM, holders, queued, NAMES);
  const reader = { agent: 'kswapd/0', mode: 'R' } as const;
  expect([lane(0), lane(1, reader), lane(1_200, reader, { agent: 'repair', mode: 'R' })].map(plainText)).toEqual([
    'free',
    'kswapd0 holds it (R) · 1 in its queue',
    'kswapd0 holds it (R), and 1 more · 1,200 in its queue',
  ]);
  expect(plainText(resourceLaneTitle(AGI.resource, NAMES))).toBe('AGI of AG 0');
  expect(plainText(stackWaitText(AGI, NAMES))).toBe('all wait for the AGI of AG 0');
  expect(waitBarText('waitingForAgi', AGI, NAMES)).toBe('waitingForAgi: the AGI of AG 0');
  expect(plainText(waitLine('inodegc/0', AGI, 64_014_147, ['repair'], NAMES))).toBe(
    'kworker/0:1: waits for the AGI of AG 0, held by xfs_scrub, since 0.064014147 s',
  );
});

test('counts', () => {
  expect([waitingCount(0, 33), waitingCount(1, 33), waitingCount(1_272, 4_100)]).toEqual([
    'Nobody waits.',
    '1 of 33 agents waits',
    '1,272 of 4,100 agents wait',
  ]);
  expect([blockedFor(0), blockedFor(1_746_000_000)]).toEqual(['blocked now', 'blocked 1.75 s']);
  expect(deadlockCaption(7, true)).toBe('7 more tasks wait behind them. Nobody is left to release anything.');
  expect(deadlockCaption(1, false)).toBe('1 more task waits behind them.');
  expect(deadlockCaption(0, true)).toBe('No other task waits behind them. Nobody is left to release anything.');
});
