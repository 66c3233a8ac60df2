/** One constant made larger or smaller, and nothing else. */
import { Delays, type LatencyModel, RandomStream } from '@dragon/engine';
import { expect, test } from 'vitest';
import { scaleLatency } from './scale-latency.ts';

const MODEL: LatencyModel = {
  delays: {
    fixed: { kind: 'fixed', ns: 101 },
    uniform: { kind: 'uniform', min: 100, max: 201 },
    quantiles: {
      kind: 'quantiles',
      points: [
        [0, 10],
        [1, 31],
      ],
    },
    ticks: { kind: 'ticks', period: 4_000_000, count: 25 },
  },
  links: { default: 2_000, 'kswapd>memory': 1 },
};

test.each([
  ['fixed', 2, { kind: 'fixed', ns: 202 }],
  ['fixed', 0.5, { kind: 'fixed', ns: 51 }],
  ['uniform', 2, { kind: 'uniform', min: 200, max: 402 }],
  [
    'quantiles',
    0.5,
    {
      kind: 'quantiles',
      points: [
        [0, 5],
        [1, 16],
      ],
    },
  ],
  ['ticks', 2, { kind: 'ticks', period: 4_000_000, count: 50 }],
])('%s x%f', (name, factor, expected) => {
  const scaled = scaleLatency(MODEL, name, factor);
  expect(scaled).toEqual({ ...MODEL, delays: { ...MODEL.delays, [name]: expected } });
});

test('a draw is scaled, not drawn anew', () => {
  const draw = (model: LatencyModel) =>
    new Delays(model).draw({ name: 'uniform', times: 1, pausable: false, background: false }, 0, {
      id: 'kswapd/0',
      stream: RandomStream.of(7, 'kswapd/0'),
    });
  expect(draw(scaleLatency(MODEL, 'uniform', 2)) / draw(MODEL)).toBeCloseTo(2, 1);
});

test('links too, but never below the nanosecond that a message takes', () => {
  expect(scaleLatency(MODEL, 'links', 2).links).toEqual({ default: 4_000, 'kswapd>memory': 2 });
  expect(scaleLatency(MODEL, 'links', 0.25).links).toEqual({ default: 500, 'kswapd>memory': 1 });
});

test('what there is not is refused', () => {
  expect(() => scaleLatency(MODEL, 'nothing', 2)).toThrow('no delay named nothing');
  expect(() => scaleLatency(MODEL, 'fixed', 0)).toThrow('above 0');
});
