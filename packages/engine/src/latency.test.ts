/** Tests of the latency model: each kind of delay at its borders, and which link a message takes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Delays } from './delays.ts';
import { type Latency, type LatencyModel, linkLatency, type NamedDelay } from './latency.ts';
import { RandomStream } from './random.ts';

/** Returns a stream whose next draw is `word`, from 0 to 2^32 - 1. */
const drawing = (word: number): RandomStream => RandomStream.restore([word | 0, 0, 0, 0]);

/** Draws once from a model. */
function drawDelay(model: LatencyModel, delay: NamedDelay, now: number, stream: RandomStream): number {
  return new Delays(model).draw(delay, now, { id: 'a', stream });
}

/** Returns the delay that a draw of `word` gives. */
function drawn(latency: Latency, word = 0, now = 0, times = 1): number {
  const model = { delays: { it: latency }, links: { default: 1 } };
  return drawDelay(model, { name: 'it', times, pausable: false, background: false }, now, drawing(word));
}

const LAST_WORD = 2 ** 32 - 1;

test('a fixed delay is what it says, and draws nothing', () => {
  const stream = RandomStream.of(1, 'a');
  const before = stream.save();
  const model = { delays: { it: { kind: 'fixed', ns: 7 } }, links: { default: 1 } } as const;
  expect(drawDelay(model, { name: 'it', times: 1, pausable: false, background: false }, 123, stream)).toBe(7);
  expect(stream.save()).toEqual(before);
});

test('a uniform delay reaches both ends and nothing beyond', () => {
  const latency: Latency = { kind: 'uniform', min: 10, max: 13 };
  expect([0, 2 ** 30 - 1, 2 ** 30, 2 ** 31, 3 * 2 ** 30, LAST_WORD].map((word) => drawn(latency, word))).toEqual([
    10, 10, 11, 12, 13, 13,
  ]);
  expect(drawn({ kind: 'uniform', min: 5, max: 5 }, LAST_WORD)).toBe(5);
});

test('a random delay draws once, however many times over it is asked for', () => {
  const model = { delays: { it: { kind: 'uniform', min: 10, max: 1_000 } }, links: { default: 1 } } as const;
  const [one, many] = [RandomStream.of(1, 'a'), RandomStream.of(1, 'a')];
  expect(drawDelay(model, { name: 'it', times: 32, pausable: false, background: false }, 0, many)).toBe(
    32 * drawDelay(model, { name: 'it', times: 1, pausable: false, background: false }, 0, one),
  );
  expect(many.save()).toEqual(one.save());
  expect(drawDelay(model, { name: 'it', times: 0, pausable: false, background: false }, 0, many)).toBe(0);
});

test('quantiles are met at their probabilities, and lie on a line between them', () => {
  const latency: Latency = {
    kind: 'quantiles',
    points: [
      [0, 100],
      [0.25, 200],
      [0.5, 200],
      [0.5, 300],
      [1, 1_300],
    ],
  };
  const at = (probability: number): number => drawn(latency, probability * 2 ** 32);
  expect([0, 0.125, 0.25, 0.375, 0.5 - 2 ** -32, 0.5, 0.75, 0.875].map(at)).toEqual([
    100, 150, 200, 200, 200, 300, 800, 1_050,
  ]);
  expect(drawn(latency, LAST_WORD)).toBe(1_300);
});

/** Points that rise in both coordinates, from probability 0 to 1. */
const quantiles = fc
  .array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(10_000_000_000)), { minLength: 2, maxLength: 8 })
  .map((pairs): Latency => {
    const probabilities = pairs.map(([probability]) => probability).sort((a, b) => a - b);
    const values = pairs.map(([, ns]) => ns).sort((a, b) => a - b);
    const last = pairs.length - 1;
    return {
      kind: 'quantiles',
      points: values.map((ns, i) => [i === 0 ? 0 : i === last ? 1 : (probabilities[i] ?? 0), ns] as const),
    };
  });

test('quantiles rise with the draw and stay within their first and last', () => {
  const word = fc.oneof(fc.nat(LAST_WORD), fc.constantFrom(0, 1, LAST_WORD));
  fc.assert(
    fc.property(quantiles, word, word, (latency, a, b) => {
      if (latency.kind !== 'quantiles') throw new Error('not quantiles');
      const values = latency.points.map(([, ns]) => ns);
      const [low, high] = [drawn(latency, Math.min(a, b)), drawn(latency, Math.max(a, b))];
      expect(Number.isSafeInteger(low) && Number.isSafeInteger(high)).toBe(true);
      expect(low).toBeLessThanOrEqual(high);
      expect(low).toBeGreaterThanOrEqual(values[0] ?? 0);
      expect(high).toBeLessThanOrEqual(values.at(-1) ?? 0);
      expect(drawn(latency, 0)).toBe(latency.points.findLast(([probability]) => probability === 0)?.[1]);
    }),
  );
});

test('a timer of one jiffy fires one to two ticks later, on a tick', () => {
  const jiffy: Latency = { kind: 'ticks', period: 4_000, count: 1 };
  const fires = (now: number): number => now + drawn(jiffy, 0, now);
  // Armed on a tick it is that tick's jiffy plus one, and the wheel rounds up: two whole ticks.
  expect(fires(0)).toBe(8_000);
  expect(fires(1)).toBe(8_000);
  expect(fires(3_999)).toBe(8_000);
  expect(fires(4_000)).toBe(12_000);
  expect(fires(4_001)).toBe(12_000);
  expect(drawn({ kind: 'ticks', period: 4_000, count: 0 }, 0, 3_999)).toBe(1);
  fc.assert(
    fc.property(fc.nat(2 ** 40), fc.integer({ min: 1, max: 10_000_000 }), fc.nat(100), (now, period, count) => {
      const delay = drawn({ kind: 'ticks', period, count }, 0, now);
      expect((now + delay) % period).toBe(0);
      expect(delay).toBeGreaterThan(count * period);
      expect(delay).toBeLessThanOrEqual((count + 1) * period);
    }),
  );
});

test('a delay that the model lacks is refused by name', () => {
  const model = { delays: {}, links: { default: 1 } };
  expect(() =>
    drawDelay(model, { name: 'jiffy', times: 1, pausable: false, background: false }, 0, drawing(0)),
  ).toThrow('the latency model has no delay named jiffy');
});

test('a link takes what its pair of kinds takes, in that direction, or else the default', () => {
  const model = { delays: {}, links: { default: 9, 'kswapd>inodegc': 2, 'ag>ag': 3 } };
  const latencies = [
    ['kswapd/0', 'inodegc/7'],
    ['inodegc/7', 'kswapd/0'],
    ['ag/0', 'ag/1'],
    ['kswapd', 'inodegc'],
    ['kswapd/0', 'shrinkers'],
  ].map(([from = '', to = '']) => linkLatency(model, from, to));
  expect(latencies).toEqual([2, 9, 3, 2, 9]);
});

/** A delay of 100 ns that begins at `now`, while there are slowdowns. */
function slowed(now: number, slowdowns: LatencyModel['slowdowns'], delay: Partial<NamedDelay> = {}): number {
  const model: LatencyModel = { delays: { it: { kind: 'fixed', ns: 100 } }, slowdowns, links: { default: 1 } };
  return drawDelay(model, { name: 'it', times: 1, pausable: false, background: false, ...delay }, now, drawing(0));
}

test('of a delay the part that falls into a slowdown is stretched', () => {
  const slow = [{ delays: ['it'], from: 1_000, to: 1_300, factor: 10 }];
  expect([0, 900, 950, 1_000, 1_250, 1_299, 1_300].map((now) => slowed(now, slow))).toEqual([
    100, 100, 370, 370, 145, 101, 100,
  ]);
});

test('slowdowns that are at work at a time multiply', () => {
  const slow = [
    { delays: ['it'], from: 0, to: 10_000, factor: 2 },
    { delays: ['other', 'it'], agents: ['a'], from: 100, to: 10_000, factor: 3 },
  ];
  expect(slowed(0, slow)).toBe(100 + 50 * 6);
});

test('a slowdown is of some delays, of some agents, and never of the time of a CPU', () => {
  const slow = { delays: ['it'], from: 0, to: 1_000, factor: 2 };
  expect(slowed(0, [{ ...slow, delays: ['other'] }])).toBe(100);
  expect(slowed(0, [{ ...slow, agents: ['b'] }])).toBe(100);
  expect(slowed(0, [slow], { pausable: true })).toBe(100);
  expect(slowed(0, [slow], { times: 3 })).toBe(600);
});
