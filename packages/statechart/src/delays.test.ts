/** Tests of the codes by which a delay's name passes through XState. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backgroundDelay, delay, namedDelay, pausableDelay } from './delays.ts';

test('a code gives back name and times, whatever others are named in between', () => {
  const make = { plain: delay, pausable: pausableDelay, background: backgroundDelay };
  const kind = fc.constantFrom('plain', 'pausable', 'background');
  const named = fc.record({ name: fc.string(), times: fc.nat(1_048_575), kind });
  fc.assert(
    fc.property(fc.array(named, { minLength: 1, maxLength: 20 }), (delays) => {
      const codes = delays.map((each) => make[each.kind](each.name, each.times));
      expect(codes.map(namedDelay)).toEqual(
        delays.map((each) => ({
          name: each.name,
          times: each.times,
          pausable: each.kind === 'pausable',
          background: each.kind === 'background',
        })),
      );
      expect(codes.every(Number.isSafeInteger)).toBe(true);
    }),
  );
});

test('once is what is meant where nothing is said', () => {
  expect(namedDelay(delay('jiffy'))).toEqual({ name: 'jiffy', times: 1, pausable: false, background: false });
  expect(namedDelay(pausableDelay('jiffy'))).toEqual({ name: 'jiffy', times: 1, pausable: true, background: false });
  expect(delay('jiffy')).toBe(delay('jiffy', 1));
  expect(delay('jiffy')).not.toBe(delay('jiffy', 2));
});

test('only a count can be times', () => {
  for (const times of [-1, 0.5, Number.NaN, 1_048_576])
    expect(() => delay('jiffy', times)).toThrow(`delay jiffy times ${times}: not a count below 1048576`);
});

test('a number that stands for no name is refused', () => {
  for (const code of [0, 1_000, -1_048_576, Number.MAX_SAFE_INTEGER])
    expect(() => namedDelay(code)).toThrow(`${code} is not a delay: name it with delay('name') in the machine's setup`);
});
