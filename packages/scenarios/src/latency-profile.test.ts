/** Latency profiles: what is written is read again, and every mistake in one is named in a line. */
import { expect, test } from 'vitest';
import {
  formatLatencyProfile,
  LATENCY_PROFILE_FORMAT,
  latencyNames,
  type LatencyProfile,
  LatencyProfileError,
  readLatencyProfile,
} from './latency-profile.ts';

const PROFILE: LatencyProfile = {
  format: LATENCY_PROFILE_FORMAT,
  version: 1,
  source: { file: 'a.trace.gz', kernel: '6.1.192' },
  jiffyNs: 4_000_000,
  delays: {
    transAlloc: { kind: 'fixed', ns: 2_182 },
    truncate: {
      kind: 'quantiles',
      points: [
        [0, 100],
        [0.5, 200],
        [1, 200],
      ],
    },
    ifree: { kind: 'uniform', min: 1, max: 2 },
    jiffy: { kind: 'ticks', period: 4_000_000, count: 1 },
  },
  fitted: [{ name: 'x', samples: 3, p50: 1, p90: 2, p99: 3, unit: 'ns' }],
};

test('what is written is read again', () => {
  expect(readLatencyProfile(formatLatencyProfile(PROFILE))).toEqual(PROFILE);
  expect(readLatencyProfile(JSON.stringify({ ...PROFILE, jiffyNs: null, fitted: undefined }))).toEqual({
    ...PROFILE,
    jiffyNs: null,
    fitted: [],
  });
});

test('the model knows its own names', () => {
  expect(latencyNames()).toEqual(
    expect.arrayContaining(['transAlloc', 'truncate', 'ifree', 'trimPostEof', 'unlink', 'jiffy']),
  );
});

const delays = (latency: unknown) => ({ ...PROFILE, delays: { transAlloc: latency } });

test.each([
  ['no JSON', '{', /^it is not JSON/],
  ['another format', { ...PROFILE, format: 'x' }, /^it is not a latency profile/],
  ['another version', { ...PROFILE, version: 2 }, /version 2, and this program reads version 1$/],
  ['no source', { ...PROFILE, source: 1 }, /^source is not an object$/],
  [
    'an unknown delay',
    { ...PROFILE, delays: { transalloc: { kind: 'fixed', ns: 1 } } },
    /^delays.transalloc: the model has no such delay; did you mean transAlloc\?$/,
  ],
  [
    'an unknown kind',
    delays({ kind: 'normal' }),
    /^delays.transAlloc.kind is none of fixed, uniform, quantiles, ticks$/,
  ],
  [
    'half a nanosecond',
    delays({ kind: 'fixed', ns: 0.5 }),
    /^delays.transAlloc.ns is not a whole number of at least 0$/,
  ],
  ['min over max', delays({ kind: 'uniform', min: 2, max: 1 }), /min 2 is more than max 1$/],
  ['one point', delays({ kind: 'quantiles', points: [[0, 1]] }), /points is not a list of two or more points$/],
  [
    'no first point',
    delays({
      kind: 'quantiles',
      points: [
        [0.1, 1],
        [1, 2],
      ],
    }),
    /the first probability is not 0/,
  ],
  [
    'falling points',
    delays({
      kind: 'quantiles',
      points: [
        [0, 2],
        [1, 1],
      ],
    }),
    /points\[1\] does not rise$/,
  ],
  ['a tick of nothing', delays({ kind: 'ticks', period: 0, count: 1 }), /period is not a whole number of at least 1$/],
  ['a list', [], /^the profile is not an object$/],
])('%s is refused in one line', (_, profile, message) => {
  const text = typeof profile === 'string' ? profile : JSON.stringify(profile);
  expect(() => readLatencyProfile(text)).toThrow(LatencyProfileError);
  expect(() => readLatencyProfile(text)).toThrow(message);
});
