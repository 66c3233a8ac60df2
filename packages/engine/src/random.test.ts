/**
 * Tests of the random streams: their values, that they go on after a restore, that they are even and differ between
 * agents.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RandomStream } from './random.ts';

const draws = (stream: RandomStream, count: number): number[] => Array.from({ length: count }, () => stream.next());

test('values are the same on every machine and in every version', () => {
  expect(draws(RandomStream.of(1, 'kswapd/0'), 4)).toEqual([3939462174, 2435530798, 23679330, 1410607199]);
  expect(draws(RandomStream.of(-1, ''), 2)).toEqual([2336843398, 3309588706]);
  expect(draws(RandomStream.of(Number.MAX_SAFE_INTEGER, 'inodegc/3'), 2)).toEqual([3014436172, 3695080541]);
  const stream = RandomStream.of(7, 'a');
  expect(Array.from({ length: 12 }, () => stream.below(10)).join(' ')).toBe('7 8 4 2 3 4 2 3 1 2 6 0');
});

/** sfc32 of PractRand, from its definition, in integers of any size. */
function* sfc32(state: readonly [number, number, number, number]): Generator<number> {
  const word = (value: bigint): bigint => BigInt.asUintN(32, value);
  let [a = 0n, b = 0n, c = 0n, counter = 0n] = state.map((part) => word(BigInt(part)));
  for (;;) {
    const output = word(a + b + counter);
    counter = word(counter + 1n);
    a = b ^ (b >> 9n);
    b = word(c + (c << 3n));
    c = word(word((c << 21n) | (c >> 11n)) + output);
    yield Number(output);
  }
}

test('a stream is sfc32', () => {
  const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(fc.tuple(word, word, word, word), (state) => {
      const reference = sfc32(state);
      const stream = RandomStream.restore(state);
      for (let i = 0; i < 20; i += 1) expect(stream.next()).toBe(reference.next().value);
    }),
  );
});

test('a restored stream goes on where it was', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.string(), fc.nat(50), (seed, name, before) => {
      const stream = RandomStream.of(seed, name);
      draws(stream, before);
      const saved = JSON.parse(JSON.stringify(stream.save())) as ReturnType<RandomStream['save']>;
      expect(draws(RandomStream.restore(saved), 10)).toEqual(draws(stream, 10));
    }),
  );
});

test('streams of different seeds and agents differ', () => {
  const names = ['a', 'b', 'a/0', 'a/1', 'a/10', 'kswapd/0', 'kswapd/1'];
  const seeds = [0, 1, 2, -1, 4294967296, 4294967297, Number.MAX_SAFE_INTEGER];
  const streams = names.flatMap((name) => seeds.map((seed) => draws(RandomStream.of(seed, name), 8).join()));
  expect(new Set(streams).size).toBe(names.length * seeds.length);
});

/** Returns what a chi-square of `cells` even cells exceeds once in a million (Wilson and Hilferty 1931). */
function chiSquareBound(cells: number): number {
  const freedom = cells - 1;
  const spread = 2 / (9 * freedom);
  return freedom * (1 - spread + 4.753 * Math.sqrt(spread)) ** 3;
}

function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

function countBelow(cells: number, draw: (i: number) => number): number[] {
  const counts = Array<number>(cells).fill(0);
  for (let i = 0; i < 20_000; i += 1) {
    const cell = draw(i);
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  return counts;
}

test.each([2, 6, 16, 100])('draws below %i are even, one after another and from agent to agent', (cells) => {
  const stream = RandomStream.of(3, `below/${cells}`);
  const along = countBelow(cells, () => stream.below(cells));
  const across = countBelow(cells, (i) => RandomStream.of(3, `a/${i}`).below(cells));
  const acrossSeeds = countBelow(cells, (i) => RandomStream.of(i, 'a').below(cells));
  for (const counts of [along, across, acrossSeeds]) {
    expect(counts).toHaveLength(cells);
    expect(chiSquare(counts)).toBeLessThan(chiSquareBound(cells));
  }
});

test('the bound tells uneven draws from even ones', () => {
  const stream = RandomStream.of(3, 'uneven');
  const uneven = countBelow(6, () => Math.min(stream.below(6), stream.below(60)));
  expect(chiSquare(uneven)).toBeGreaterThan(chiSquareBound(6));
});

test('a draw is an integer from 0 to below its limit', () => {
  const extremes = [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
  const limit = fc.oneof(
    fc.integer({ min: 1, max: 2 ** 32 }),
    fc.constantFrom(1, 2, 3, 2 ** 31 + 1, 2 ** 32 - 1, 2 ** 32),
  );
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...extremes), fc.nat(2 ** 32 - 1)), limit, (word, below) => {
      // The first word of a stream with this state is `word`.
      const drawn = RandomStream.restore([word | 0, 0, 0, 0]).below(below);
      expect(Number.isInteger(drawn)).toBe(true);
      expect(drawn).toBeGreaterThanOrEqual(0);
      expect(drawn).toBeLessThan(below);
      // The product is exact up to 53 bits; beyond, its last bit is rounded.
      const exact = Number((BigInt(word) * BigInt(below)) >> 32n);
      if (below <= 2 ** 21) expect(drawn).toBe(exact);
      else expect(Math.abs(drawn - exact)).toBeLessThanOrEqual(1);
    }),
  );
});
