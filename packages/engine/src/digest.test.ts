/** Tests of the digest: what must not change it, what must, and values that tell when the digest itself changed. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Chain, combineDigests, DigestChains, EMPTY_CHAIN } from './digest.ts';
import { compareText, type Event, type Json, type Message } from './event.ts';
import { Hasher } from './hasher.ts';

/** Returns the chain with one more event, as the digest is defined: text by text and key by key. */
function plainChain(chain: Chain, { at, from, seq, timer, message }: Event, state: string): Chain {
  const hasher = new Hasher(chain[0], chain[1]);
  hasher.number(at);
  hasher.text(from);
  hasher.number(seq);
  if (timer !== undefined) hasher.text(timer);
  plainJson(hasher, message);
  hasher.text(state);
  return [hasher.a, hasher.b, chain[2] + 1];
}

function plainJson(hasher: Hasher, value: Json | undefined): void {
  if (typeof value !== 'object' || value === null) {
    hasher.json(value);
  } else if (Array.isArray(value)) {
    hasher.word(6);
    hasher.word(value.length);
    for (const member of value as Json[]) plainJson(hasher, member);
  } else {
    hasher.word(7);
    for (const [key, member] of Object.entries(value).sort(([a], [b]) => compareText(a, b))) {
      if (member === undefined) continue;
      hasher.text(key);
      plainJson(hasher, member);
    }
    hasher.word(8);
  }
}

/** Returns the chain with one more event, as an engine keeps it. */
function extendChain(chain: Chain, { at, from, seq, timer, message }: Event, state: string): Chain {
  const chains = new DigestChains([EVENT.to, from]);
  chains.resume(0, chain);
  chains.extend(0, at, 1, seq, timer, message, state);
  return chains.chain(0);
}

function hashOf(...values: readonly (Json | undefined)[]): string {
  const hasher = new Hasher();
  for (const value of values) hasher.json(value);
  return hasher.hex();
}

const EVENT: Event = {
  at: 12_000_345_000,
  to: 'inodegc/0',
  from: 'kswapd/0',
  seq: 17,
  message: { type: 'inodegc.flush', token: 3, awaitLow: false },
};
const STATE = 'work.armed worker.idle';

test('values are the same on every machine and in every version', () => {
  expect(hashOf()).toBe('936d8465281fc82a');
  expect(hashOf(null, true, false, 0, 1, -1, 4294967296, Number.MAX_SAFE_INTEGER, 0.5, '', 'kswapd', '\u{1f409}')).toBe(
    'ad9336332af4977d',
  );
  expect(hashOf([1, [2]], { a: 1, b: { c: [] } })).toBe('5cfb56e353faf05c');
  expect(extendChain(EMPTY_CHAIN, EVENT, STATE)).toEqual([1747735891, -972220229, 1]);
  expect(combineDigests([])).toBe('936d8465281fc82a');
  expect(combineDigests([{ agent: 'a', chain: extendChain(EMPTY_CHAIN, EVENT, STATE) }])).toBe('6cd1bc0e6010acb8');
});

test('what JSON cannot tell apart has one hash', () => {
  expect(hashOf({ a: 1, b: 2 })).toBe(hashOf({ b: 2, a: 1 }));
  expect(hashOf({ a: 1, b: undefined })).toBe(hashOf({ a: 1 }));
  expect(hashOf([undefined as unknown as Json])).toBe(hashOf([null]));
  expect(hashOf(-0)).toBe(hashOf(0));
  expect(hashOf(1e21)).toBe(hashOf(JSON.parse('1000000000000000000000') as Json));
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(hashOf(JSON.parse(JSON.stringify(value)) as Json)).toBe(hashOf(value as Json));
    }),
  );
});

test('what is different has different hashes', () => {
  const values: (Json | undefined)[] = [
    null,
    false,
    true,
    0,
    1,
    -1,
    2,
    0.5,
    -0.5,
    4294967295,
    4294967296,
    -4294967296,
    4294967297,
    2 ** 52,
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER,
    1e300,
    '',
    '0',
    'a',
    'b',
    'aa',
    'ab',
    'ba',
    'é',
    [],
    [[]],
    [[], []],
    [null],
    [0],
    ['a', 'b'],
    ['ab'],
    [['a'], 'b'],
    {},
    { a: null },
    { a: 1 },
    { b: 1 },
    { a: { b: 1 } },
    { a: 1, b: 2 },
    { a: 2, b: 1 },
    [{ a: 1 }],
  ];
  expect(new Set(values.map((value) => hashOf(value))).size).toBe(values.length);
});

test('every part of an event and the state it led to go into the chain', () => {
  const changes: Partial<Event>[] = [
    { at: EVENT.at + 1 },
    { from: 'kswapd/1' },
    { seq: 18 },
    { message: { type: 'inodegc.flush', token: 4, awaitLow: false } },
    { message: { type: 'inodegc.flush', token: 3, awaitLow: true } },
    { timer: 'delay work.armed' },
  ];
  const chains = [{}, ...changes].map((change) => extendChain(EMPTY_CHAIN, { ...EVENT, ...change }, STATE));
  chains.push(extendChain(EMPTY_CHAIN, EVENT, 'work.armed worker.waking'));
  expect(new Set(chains.map(String)).size).toBe(changes.length + 2);
  // An event without a timer may say so.
  expect(extendChain(EMPTY_CHAIN, { ...EVENT, timer: undefined }, STATE)).toEqual(chains[0]);
});

test('a chain depends on the order of its events', () => {
  const later: Event = { ...EVENT, at: EVENT.at + 1 };
  const forth = extendChain(extendChain(EMPTY_CHAIN, EVENT, STATE), later, STATE);
  const back = extendChain(extendChain(EMPTY_CHAIN, later, STATE), EVENT, STATE);
  expect(forth[2]).toBe(2);
  expect(back).not.toEqual(forth);
});

test('shares combine to the same digest in any order, and to another if one is missing or changed', () => {
  const shares = ['b', 'a/10', 'a/2', 'a'].map((agent, i) => ({
    agent,
    chain: extendChain(EMPTY_CHAIN, { ...EVENT, seq: i }, STATE),
  }));
  const digest = combineDigests(shares);
  expect(digest).toMatch(/^[0-9a-f]{16}$/);
  fc.assert(
    fc.property(fc.shuffledSubarray(shares, { minLength: shares.length }), (shuffled) => {
      expect(combineDigests(shuffled)).toBe(digest);
    }),
  );
  expect(combineDigests(shares.slice(1))).not.toBe(digest);
  expect(combineDigests(shares.map((share) => ({ ...share, agent: `${share.agent}x` })))).not.toBe(digest);
  const [first, ...rest] = shares;
  const chain = [first?.chain[0] ?? 0, first?.chain[1] ?? 0, 2] as const;
  expect(combineDigests([{ agent: first?.agent ?? '', chain }, ...rest])).not.toBe(digest);
});

const text = fc.constantFrom('', 'a', 'b', 'ag/0', 'ag/1', 'cpu.wake', '__proto__', '1', '2', 'é');
const number = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }));
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(text, number, fc.boolean(), fc.constant(null)),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(text, fc.option(tie('json'), { nil: undefined }), { maxKeys: 6 }),
    fc.dictionary(fc.string({ maxLength: 3 }), number, { minKeys: 20, maxKeys: 40 }),
  ),
}));
const step = fc.record({
  to: fc.nat(2),
  from: fc.nat(2),
  at: fc.nat(Number.MAX_SAFE_INTEGER),
  seq: fc.nat(2 ** 31 - 1),
  timer: fc.option(text, { nil: undefined }),
  message: fc.tuple(text, fc.dictionary(text, json)).map(([type, rest]): Message => ({ ...rest, type })),
  state: text,
});

test('the chains of an engine are what the definition says, whatever is remembered', () => {
  const ids = ['ag/0', 'b', 'kswapd/0'];
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const chains = new DigestChains(ids);
      const plain: Chain[] = ids.map(() => EMPTY_CHAIN);
      for (const { to, from, at, seq, timer, message, state } of steps) {
        chains.extend(to, at, from, seq, timer, message, state);
        const event = { at, to: ids[to] ?? '', from: ids[from] ?? '', seq, timer, message };
        plain[to] = plainChain(plain[to] ?? EMPTY_CHAIN, event, state);
      }
      expect(ids.map((_, rank) => chains.chain(rank))).toEqual(plain);
    }),
  );
});
