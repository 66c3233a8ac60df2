/** Policies: every option is read and written, every mistake is answered with what would be right. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_PROFILE, type Policy, POLICY_OPTIONS, PROFILES, profileNamed } from './policy.ts';
import { formatPolicy, optionWithValue, parsePolicy, policyChanges, policyValues } from './policy-parser.ts';
import { formatExactDuration, parseDuration } from './duration-text.ts';
import { PolicyError } from './policy-error.ts';
import { formatThrottle, type Throttle } from './policy-values.ts';

const BASE = profileNamed('v6.1').policy;

const throttles: fc.Arbitrary<Throttle> = fc.oneof(
  fc.constantFrom<Throttle>(
    { kind: 'always' },
    { kind: 'skip-kswapd' },
    { kind: 'skip-reclaim' },
    { kind: 'outside-rwsem' },
    { kind: 'allocators' },
    { kind: 'inline' },
  ),
  fc.record({ kind: fc.constant('timed' as const), ns: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }) }),
  fc
    .tuple(fc.nat(999_998), fc.integer({ min: 1, max: 999_999 }))
    .filter(([low, high]) => low < high)
    .map(([low, high]) => ({ kind: 'watermarks' as const, high, low })),
);
const policies: fc.Arbitrary<Policy> = fc.record({
  throttle: throttles,
  repair: fc.constantFrom('unregister-in-transaction', 'unregister-after-commit', 'try-unregister'),
  repairLock: fc.constantFrom('wait', 'trylock'),
  shrinkers: fc.constantFrom('rwsem', 'srcu', 'refcount'),
  accounting: fc.constantFrom('hidden', 'queued-counted', 'queued-counted-and-oom-aware'),
  exempt: fc.constantFrom('journal-info', 'nofs'),
  workerContext: fc.constantFrom('gfp-kernel', 'nofs'),
  queue: fc.constantFrom('delayed', 'at-depth'),
  statfs: fc.constantFrom('push', 'flush'),
  reclaim: fc.constantFrom('as-6.1', 'forces-log', 'flushes-commit-record'),
});

/** Returns the message of the PolicyError that a call throws. */
function complaint(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof PolicyError) return error.message;
    throw error;
  }
  throw new Error('no complaint');
}

describe('reading and writing', () => {
  test('every policy is read back as it was written, whatever it is read over', () => {
    fc.assert(
      fc.property(policies, policies, (policy, base) => {
        expect(parsePolicy(formatPolicy(policy), base)).toEqual(policy);
      }),
    );
  });

  test('an option in any place leaves the others as they are', () => {
    fc.assert(
      fc.property(
        policies,
        policies,
        fc.shuffledSubarray(POLICY_OPTIONS.map(({ key }) => key)),
        (policy, base, keys) => {
          const written = policyValues(policy);
          const read = policyValues(parsePolicy(keys.map((key) => `${key}=${written[key]}`).join(','), base));
          for (const { key } of POLICY_OPTIONS)
            expect(read[key]).toBe((keys.includes(key) ? written : policyValues(base))[key]);
        },
      ),
    );
  });

  test('every value of the list can be given', () => {
    for (const { key, values } of POLICY_OPTIONS)
      for (const { form } of values) expect(policyValues(parsePolicy(`${key}=${form}`, BASE))[key]).toBe(form);
  });

  test('a value without its key belongs to the first option that has it', () => {
    expect(['timed(3ms)', 'srcu', 'nofs', 'timed(3)', 'v6.1'].map(optionWithValue)).toEqual([
      'throttle',
      'shrinkers',
      'exempt',
      undefined,
      undefined,
    ]);
  });

  test('a comma inside parentheses separates nothing', () => {
    expect(parsePolicy('shrinkers=srcu,throttle=watermarks(300,20),repair=try-unregister', BASE)).toEqual({
      ...BASE,
      shrinkers: 'srcu',
      throttle: { kind: 'watermarks', high: 300, low: 20 },
      repair: 'try-unregister',
    });
  });

  test('spaces, empty parts and repetition do no harm: the last counts', () => {
    expect(parsePolicy('', BASE)).toBe(BASE);
    expect(parsePolicy(' throttle = watermarks( 9 , 1 ) ,, exempt=nofs, ', BASE)).toEqual({
      ...BASE,
      throttle: { kind: 'watermarks', high: 9, low: 1 },
      exempt: 'nofs',
    });
    expect(parsePolicy('shrinkers=srcu,shrinkers=refcount', BASE).shrinkers).toBe('refcount');
  });

  test('throttles without their argument take the usual one', () => {
    expect(
      ['timed', 'watermarks'].map((name) => formatThrottle(parsePolicy(`throttle=${name}`, BASE).throttle)),
    ).toEqual(['timed(10ms)', 'watermarks(256,64)']);
  });
});

describe('mistakes', () => {
  const reading = (text: string): string => complaint(() => parsePolicy(text, BASE));

  test.each([
    ['skip-kswapd', "policy 'skip-kswapd' is not of the form key=value"],
    [
      'throtle=always',
      "unknown policy option 'throtle'; did you mean throttle? (one of: throttle, repair, repair-lock, shrinkers, accounting, exempt, worker-context, queue, statfs, reclaim)",
    ],
    [
      '=always',
      "unknown policy option '' (one of: throttle, repair, repair-lock, shrinkers, accounting, exempt, worker-context, queue, statfs, reclaim)",
    ],
    ['shrinkers=scru', "unknown value for shrinkers 'scru'; did you mean srcu? (one of: rwsem, srcu, refcount)"],
    [
      'repair=unregister',
      "unknown value for repair 'unregister'; did you mean unregister-in-transaction? (one of: unregister-in-transaction, unregister-after-commit, try-unregister)",
    ],
    ['repair-lock=spin', "unknown value for repair-lock 'spin' (one of: wait, trylock)"],
    ['accounting=', "unknown value for accounting '' (one of: hidden, queued-counted, queued-counted-and-oom-aware)"],
    ['exempt=no_fs', "unknown value for exempt 'no_fs'; did you mean nofs? (one of: journal-info, nofs)"],
    [
      'throttle=skip_kswapd',
      "unknown value for throttle 'skip_kswapd'; did you mean skip-kswapd? (one of: always, skip-kswapd, skip-reclaim, timed(10ms), watermarks(256,64), outside-rwsem, allocators, inline)",
    ],
    [
      'throttle=Always!',
      "unknown value for throttle 'Always!'; did you mean always? (one of: always, skip-kswapd, skip-reclaim, timed(10ms), watermarks(256,64), outside-rwsem, allocators, inline)",
    ],
    ['throttle=always(5)', 'throttle=always takes no argument'],
    ['throttle=skip-kswapd()', 'throttle=skip-kswapd takes no argument'],
    ['throttle=timed(fast)', "'fast' is not a duration: give a number and a unit, as in 250ms, 1.5s or 1h30m"],
    ['throttle=timed()', "'' is not a duration: give a number and a unit, as in 250ms, 1.5s or 1h30m"],
    [
      'throttle=watermarks(64,256)',
      'throttle=watermarks(64,256): give two counts of inodes, the higher first, as in watermarks(256,64)',
    ],
    [
      'throttle=watermarks(64,64)',
      'throttle=watermarks(64,64): give two counts of inodes, the higher first, as in watermarks(256,64)',
    ],
    [
      'throttle=watermarks(256)',
      'throttle=watermarks(256): give two counts of inodes, the higher first, as in watermarks(256,64)',
    ],
    [
      'throttle=watermarks()',
      'throttle=watermarks(): give two counts of inodes, the higher first, as in watermarks(256,64)',
    ],
  ])('%s', (text, expected) => {
    expect(reading(text)).toBe(expected);
    expect(reading(`exempt=nofs,${text},accounting=hidden`)).toBe(expected);
  });
});

describe('durations', () => {
  test.each([
    ['1ns', 1],
    ['250ms', 250_000_000],
    ['1.5s', 1_500_000_000],
    ['0.3us', 300],
    ['300s', 300_000_000_000],
    ['0.6ns', 1],
    ['.5s', 500_000_000],
    ['90s', 90_000_000_000],
    ['1h', 3_600_000_000_000],
    ['1h30m', 5_400_000_000_000],
    ['1h 30 min', 5_400_000_000_000],
    ['2min', 120_000_000_000],
    ['2m30s', 150_000_000_000],
    ['1d', 86_400_000_000_000],
    ['10us', 10_000],
    ['10µs', 10_000],
    ['10μs', 10_000],
    ['5 ms', 5_000_000],
    ['3.18 s', 3_180_000_000],
    ['1s250ms', 1_250_000_000],
    ['2 hours', 7_200_000_000_000],
    ['0h30s', 30_000_000_000],
  ])('%s', (text, ns) => {
    expect(parseDuration(text)).toBe(ns);
  });

  test.each(['', '5', 'ms', '-5ms', '5.s', '1e3', '1h30', '30s1h', '1s 2s', 'NaNs', '1,5s', '1:30'])(
    'not %j',
    (text) => {
      expect(complaint(() => parseDuration(text))).toBe(
        `'${text}' is not a duration: give a number and a unit, as in 250ms, 1.5s or 1h30m`,
      );
    },
  );

  const units = '(one of: ns, us, ms, s, min, h, d)';
  test.each([
    ['5msx', `'5msx': unknown unit 'msx' ${units}`],
    ['1e3ms', `'1e3ms': unknown unit 'e' ${units}`],
    ['1y', `'1y': unknown unit 'y' ${units}`],
    ['1constructor', `'1constructor': unknown unit 'constructor' ${units}`],
    ['0', "'0' is zero: give a longer time"],
    ['0s', "'0s' is zero: give a longer time"],
    ['0h0m', "'0h0m' is zero: give a longer time"],
    ['0.1ns', "'0.1ns' is less than a nanosecond: give a longer time"],
    ['9007199254740993ns', "'9007199254740993ns' is too long: give at most 9007199254740991ns"],
    ['999999999999999999999999h', "'999999999999999999999999h' is too long: give at most 9007199254740991ns"],
  ])('%s', (text, message) => {
    expect(complaint(() => parseDuration(text))).toBe(message);
  });

  test('the longest is named', () => {
    expect(complaint(() => parseDuration('3d', 2 * 86_400_000_000_000))).toBe("'3d' is too long: give at most 2d");
    expect(complaint(() => parseDuration('3s', 1_500_000_000))).toBe("'3s' is too long: give at most 1500ms");
  });

  test('are written in the largest unit that leaves a whole number, and read back', () => {
    expect([1, 999, 1_000, 1_500, 250_000_000, 1_000_000_000, 90_000_000_000].map(formatExactDuration)).toEqual([
      '1ns',
      '999ns',
      '1us',
      '1500ns',
      '250ms',
      '1s',
      '90s',
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (ns) => {
        expect(parseDuration(formatExactDuration(ns))).toBe(ns);
      }),
    );
  });
});

describe('profiles', () => {
  test('are found by name', () => {
    for (const profile of PROFILES) expect(profileNamed(profile.name)).toBe(profile);
    expect(profileNamed(DEFAULT_PROFILE).policy.throttle).toEqual({ kind: 'always' });
    expect(new Set(PROFILES.map(({ name }) => name)).size).toBe(PROFILES.length);
  });

  test('differ from 6.1 in what their kernel did differently', () => {
    const differences = PROFILES.map(({ name, policy }) => [name, ...policyChanges(policy, BASE)]);
    expect(differences).toEqual([
      ['v5.13', 'throttle=inline', 'worker-context=gfp-kernel'],
      ['v5.15', 'worker-context=gfp-kernel', 'queue=at-depth', 'statfs=flush'],
      ['v5.19', 'worker-context=gfp-kernel'],
      ['v6.1.0', 'worker-context=gfp-kernel'],
      ['v6.1'],
      ['v6.1-patched', 'throttle=skip-kswapd'],
      ['v6.4-rc', 'shrinkers=srcu'],
      ['v6.7', 'shrinkers=refcount'],
      ['v6.12', 'repair=unregister-after-commit', 'repair-lock=trylock', 'shrinkers=refcount', 'exempt=nofs'],
    ]);
  });

  test('that are unknown are answered with the nearest', () => {
    expect(complaint(() => profileNamed('v6.1-patch'))).toBe(
      "unknown profile 'v6.1-patch'; did you mean v6.1-patched? (one of: v5.13, v5.15, v5.19, v6.1.0, v6.1, v6.1-patched, v6.4-rc, v6.7, v6.12)",
    );
    expect(complaint(() => profileNamed('windows'))).toBe(
      "unknown profile 'windows' (one of: v5.13, v5.15, v5.19, v6.1.0, v6.1, v6.1-patched, v6.4-rc, v6.7, v6.12)",
    );
  });
});
